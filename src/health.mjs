// The health check of the image: exit 0 where the status server says that it is well. `node dist/health.mjs [URL]`
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

/** A container that runs another verb has no status server, and is well for as long as it runs. */
function isServing() {
  try {
    return readFileSync('/proc/1/cmdline', 'utf8').split('\0').includes('serve');
  } catch {
    return true; // no such thing here: the answer decides
  }
}

const [url] = process.argv.slice(2);
if (url !== undefined || isServing()) {
  get(url ?? 'http://127.0.0.1:8080/healthz', { timeout: 4000 }, (answer) => {
    answer.resume();
    process.exitCode = answer.statusCode === 200 ? 0 : 1;
  })
    .on('timeout', function giveUp() {
      this.destroy(new Error('no answer within 4 s'));
    })
    .on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
}
