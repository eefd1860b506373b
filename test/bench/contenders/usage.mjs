// Loaded before whatever is measured: writes down what the process has used when it ends. Plain JavaScript, so that a
// process that needs no TypeScript is not made to load what reads it.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_USAGE,
    JSON.stringify({ cpuUs: userCPUTime + systemCPUTime, peakBytes: maxRSS * 1024 }),
  );
});
