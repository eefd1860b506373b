import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { progressOn } from '../../../src/commands/display/progress.ts';
import { handClock } from '../../support/hand-clock.ts';
import { NOW } from '../../support/items.ts';
import { daily, living } from '../../support/living.ts';

/** What a person who watches sees of a sweep; not a terminal, so the bar itself is not drawn. */
async function seen(day: () => []): Promise<string> {
  const stream = new PassThrough();
  const { tell, end } = progressOn(stream as unknown as NodeJS.WriteStream, handClock(NOW));
  await living(daily(40), { pageSize: 4, day }).sweep({ tell });
  end();
  return String(stream.read() ?? '');
}

test('a filter that is wrong is told of once, in a line of its own', async () => {
  const text = await seen(() => []);
  expect(text.split('\n').filter((line) => line.startsWith('Warning: '))).toEqual([
    'Warning: the API does not filter messages as it says: all of them are read.',
  ]);
});
