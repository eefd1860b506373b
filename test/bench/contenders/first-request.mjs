// Loaded before the worker: writes down what the process has used when it sends its first request.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';

const CHANNEL = 'undici:client:sendHeaders';
subscribe(CHANNEL, sent);

function sent() {
  unsubscribe(CHANNEL, sent);
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_FIRST_REQUEST, JSON.stringify({ cpuUs: user + system, wallMs: performance.now() }));
}
