import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

/** All that may ever stand in a log line. */
const ALLOWED =
  'level time event sweepId project messageSid mediaSid rule outcome attempts status code durationMs mode policyHash asOf ' +
  'messages media planned open ms why result outcomes settledEarlier path';

test('F5 a log line is JSON of allowed fields, and there is one for each outcome, none lost', async () => {
  await using emulator = await startEmulator({
    messages: 400,
    faults: { serverErrorAfter: 0.05, empty204As200: 0.05 },
  });
  await using place = new Place(emulator, mixedPolicy());
  const { stdout, stderr, code } = await place.run('sweep --json', { LOG_LEVEL: 'trace' });
  expect(code).toBe(0);
  const { outcomes, planned, sweepId } = JSON.parse(stdout) as Report;

  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const allowed = ALLOWED.split(' ');
  expect(lines.flatMap((line) => Object.keys(line)).filter((field) => !allowed.includes(field))).toEqual([]);
  expect(lines[0]).toMatchObject({ event: 'ledger.made', path: place.ledgerPath });
  for (const line of lines.slice(1))
    expect(line).toMatchObject({ sweepId, project: 'main', time: expect.stringMatching(/^\d{4}-.*Z$/) });

  const settled = lines.filter(({ event }) => event === 'media.settled');
  expect(settled).toHaveLength(planned);
  expect(new Set(settled.map(({ mediaSid }) => mediaSid)).size).toBe(planned);
  expect(settled.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(outcomes.deleted);
  expect(Object.keys(settled[0] ?? {})).toEqual(
    expect.arrayContaining(['messageSid', 'mediaSid', 'rule', 'outcome', 'attempts', 'durationMs']),
  );
  expect(lines.map(({ event }) => event).filter((event) => event !== 'media.settled' && event !== 'page.read')).toEqual(
    ['ledger.made', 'sweep.started', 'sweep.planning', 'sweep.planned', 'sweep.executing', 'sweep.ended'],
  );
});

test('LOG_LEVEL=silent says nothing at all, and warn nothing of what went well', async () => {
  await using emulator = await startEmulator({ messages: 40 });
  await using place = new Place(emulator, mixedPolicy());
  const [silent, warn] = await Promise.all(
    ['silent', 'warn'].map((level) => place.run('plan --json', { LOG_LEVEL: level })),
  );
  expect([silent?.stderr, silent?.code, warn?.stderr, warn?.code]).toEqual(['', 0, '', 0]);
});
