import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../../src/app/log.ts';
import type { SweepEvent } from '../../src/sweep/events.ts';

test.each<[string, SweepEvent]>([
  ['warn', { event: 'scan.distrusted' }],
  ['warn', { event: 'clock.unknown' }],
  ['info', { event: 'sweep.planning' }],
  ['debug', { event: 'page.read', messages: 1, media: 1, planned: 0 }],
])('of level %s is a line that tells of %o', async (level, event) => {
  const stream = new PassThrough();
  const { tell, flush } = createLog('debug', stream);
  tell({ ...event, sweepId: 'sweep-1', project: 'main' });
  await flush();
  const { time: _, ...line } = JSON.parse(String(stream.read())) as Record<string, unknown>;
  expect(line).toEqual({ level, ...event, sweepId: 'sweep-1', project: 'main' });
});
