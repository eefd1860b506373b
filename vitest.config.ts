import { defineConfig } from 'vitest/config';

/** `fast` is what `npm test` runs; the slow suites have their own scripts and directories. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/slow/**'], testTimeout: 20_000 } },
      { test: { name: 'slow', include: ['test/slow/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
});
