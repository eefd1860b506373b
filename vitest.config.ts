import { defineConfig } from 'vitest/config';

/** `fast` is what `npm test` runs; what is slow or needs more than `npm ci` brings has its own scripts and directories. */
export default defineConfig({
  test: {
    // The law and the reading of answers: `npm run coverage`.
    coverage: {
      provider: 'v8',
      include: ['src/retention/**/*.ts', 'src/provider/{answers,answer-to,media-list}.ts', 'src/sweep/{answers,settle}.ts'],
      reporter: ['text'],
      thresholds: { perFile: true, branches: 100 },
    },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**', 'test/process/**', '**/*.slow.test.ts', '**/*.browser.test.ts'],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'slow', include: ['test/slow/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
      {
        test: { name: 'process', include: ['test/process/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false },
      },
      { test: { name: 'browser', include: ['test/**/*.browser.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'monitoring', include: ['test/monitoring/**/*.slow.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
