import { defineConfig } from 'vitest/config';
import type { TestSequencer, TestSpecification } from 'vitest/node';

/** Tables say most of it in no time; what draws cases at random is asked last. */
class TablesFirst implements TestSequencer {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }

  sort(files: TestSpecification[]): TestSpecification[] {
    return files.toSorted((a, b) => slowness(a) - slowness(b));
  }
}

const slowness = ({ moduleId }: TestSpecification): number => Number(/outlook|links/.test(moduleId));

/** The tests that have to notice each mutant: those of the law, and of what an answer of the API means. */
export default defineConfig({
  test: {
    include: [
      'test/retention/**/*.test.ts',
      'test/provider/{answers,answer-to,clock-ahead,dates,links,payload,retry,walk}.test.ts',
      'test/sweep/{answers,settle-kinds}.test.ts',
    ],
    exclude: [
      'test/retention/timezone.test.ts', // its processes run the sources as they are: no mutant is ever active there
      'test/retention/decide-properties.test.ts', // thousands of cases for what the tables say in one
    ],
    setupFiles: ['test/mutation/seeded.ts'],
    testTimeout: 60_000, // on a busy machine being slow is no sign of having noticed anything
    isolate: false,
    sequence: { sequencer: TablesFirst },
  },
});
