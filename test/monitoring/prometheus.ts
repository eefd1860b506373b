import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What a Prometheus scrapes: `url` without a path, asked for /metrics. */
export interface ScrapeTarget {
  readonly job: string;
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Rule {
  readonly name: string;
  readonly health: 'ok' | 'unknown' | 'err';
  readonly lastError?: string;
  readonly state: 'inactive' | 'pending' | 'firing';
}

export interface Prometheus extends AsyncDisposable {
  /** The series an expression has now. @throws where it cannot be evaluated */
  query(expression: string): Promise<readonly Sample[]>;
  rules(): Promise<readonly Rule[]>;
  /** Of every target its last error; the empty string where there is none. */
  targetErrors(): Promise<readonly string[]>;
}

/** Runs promtool to its end. @returns all it said, where it was satisfied @throws with all it said, where it was not */
export function promtool(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('promtool', args, (error, stdout, stderr) => {
      if (error)
        reject(missing(error) ?? new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`, { cause: error }));
      else resolve(stdout + stderr);
    });
  });
}

const missing = (error: Error): Error | undefined =>
  'code' in error && error.code === 'ENOENT'
    ? new Error('There is no prometheus or promtool here: Debian and Ubuntu have both in the package "prometheus".')
    : undefined;

const READY_MS = 30_000;

/** Starts a real Prometheus on a free port of this machine, which looks at its targets and rules every second. */
export async function startPrometheus(
  targets: readonly ScrapeTarget[],
  ruleFiles: readonly string[],
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, JSON.stringify(configuration(targets, ruleFiles))); // JSON is YAML
  const port = await freePort();
  const server = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  let failure: Error | undefined;
  server.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', (error) => resolve(void (failure = missing(error) ?? error)));
  });
  const api = newApi(`http://127.0.0.1:${port}`);
  const end = async (): Promise<void> => {
    server.kill('SIGTERM');
    if ((await Promise.race([exited, delay(10_000, 'hangs')])) === 'hangs') server.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const start = Date.now(); !(await api.isReady()); await delay(100)) {
    if (failure === undefined && server.exitCode === null && Date.now() - start < READY_MS) continue;
    await end();
    throw failure ?? new Error(`Prometheus does not start:\n${said}`);
  }
  return { ...api, [Symbol.asyncDispose]: end };
}

function configuration(targets: readonly ScrapeTarget[], ruleFiles: readonly string[]): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: targets.map(({ job, url, token }) => ({
      job_name: job,
      honor_labels: true,
      ...(token !== undefined && { authorization: { credentials: token } }),
      static_configs: [{ targets: [new URL(url).host] }],
    })),
  };
}

function newApi(origin: string): Omit<Prometheus, typeof Symbol.asyncDispose> & { isReady(): Promise<boolean> } {
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${origin}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${body.error}`);
    return body.data;
  };
  return {
    isReady: () =>
      fetch(`${origin}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    async query(expression) {
      const data = (await ask(`query?query=${encodeURIComponent(expression)}`)) as { result: readonly Sample[] };
      return data.result;
    },
    async rules() {
      const data = (await ask('rules')) as { groups: readonly { rules: readonly Rule[] }[] };
      return data.groups.flatMap(({ rules }) => rules);
    },
    async targetErrors() {
      const data = (await ask('targets')) as { activeTargets: readonly { lastError: string }[] };
      return data.activeTargets.map(({ lastError }) => lastError);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
