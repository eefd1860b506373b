import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { startEmulator } from '../../src/emulator/server.ts';
import { mixedPolicy, Place } from '../support/cli.ts';
import type { ScrapeTarget } from './prometheus.ts';

/** The things that a Prometheus scrapes in the live test. */

export type LiveTarget = ScrapeTarget & AsyncDisposable;

const TOKEN = 'a-token-of-more-than-16-characters';

/** The worker itself, serving an account of the emulator that it sweeps at every full minute. */
export async function startWorker(): Promise<LiveTarget> {
  await using begun = new AsyncDisposableStack();
  const emulator = begun.use(await startEmulator({ messages: 2000, seed: 7 }));
  const place = begun.use(new Place(emulator, SERVING));
  place.write('token', TOKEN);
  const running = place.start('serve');
  const url = await Promise.race([listening(running.process.stdout), running.ended.then(({ stderr }) => stderr)]);
  if (!url.startsWith('http://')) throw new Error(`The worker does not serve: ${url}`);
  const held = begun.move();
  return { job: 'media-retention', url, token: TOKEN, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

const SERVING = mixedPolicy(`schedule: "* * * * *"
serve: { listen: "127.0.0.1:0", tokenFile: token }`);

/** Where the worker listens, as its log says. */
async function listening(log: NodeJS.ReadableStream | null): Promise<string> {
  if (log) {
    for await (const line of createInterface({ input: log })) {
      const { event, listen } = JSON.parse(line) as { readonly event?: string; readonly listen?: string };
      if (event === 'serve.started' && listen !== undefined) return listen;
    }
  }
  return 'its log ended.';
}

/** kube-state-metrics and node_exporter beside a CronJob that is well, in a few lines. */
export async function startCluster(): Promise<LiveTarget> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(cluster(Math.floor(Date.now() / 1000)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    job: 'cluster',
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const cluster = (now: number): string => `kube_cronjob_created{namespace="n",cronjob="media-retention"} ${now - 864_000}
kube_cronjob_spec_suspend{namespace="n",cronjob="media-retention"} 0
kube_cronjob_status_last_successful_time{namespace="n",cronjob="media-retention"} ${now - 3600}
kube_job_status_start_time{namespace="n",job_name="media-retention-1"} ${now - 90_000}
kube_job_owner{namespace="n",job_name="media-retention-1",owner_kind="CronJob",owner_name="media-retention"} 1
kube_job_failed{namespace="n",job_name="media-retention-1",condition="true"} 1
kube_job_status_start_time{namespace="n",job_name="media-retention-2"} ${now - 3900}
kube_job_status_active{namespace="n",job_name="media-retention-2"} 0
kube_job_owner{namespace="n",job_name="media-retention-2",owner_kind="CronJob",owner_name="media-retention"} 1
node_textfile_mtime_seconds{file="/var/lib/node_exporter/media-retention.prom"} ${now - 3600}
`;
