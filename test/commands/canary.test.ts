import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { leaks } from '../security/secrets.ts';
import { mixedPolicy, Place, type Ended } from '../support/cli.ts';

const CANARY = 'Kanarienvogel "tweet" <b>&ä/é</b>';
const NUMBER = '+15557246813';

test('F2 F24 what the API says in free text, whose numbers are whose, and the token turn up nowhere', async () => {
  await using emulator = await startEmulator({ messages: 80, canary: CANARY, canaryNumber: NUMBER });
  const { project, token, account, faults } = emulator;
  const held = account.addMessage({ dateCreated: new Date('2026-01-05'), media: 1, to: NUMBER, body: CANARY });
  await using place = new Place(
    emulator,
    mixedPolicy(
      `holds: [{ id: case-7, reason: Litigation, match: { number: ["${NUMBER}"], since: 2026-01-05, until: 2026-01-05 } }]`,
    ),
  );
  const said: Ended[] = [];
  const run = async (args: string, env = {}): Promise<Ended> => {
    const ended = await place.run(args, { LOG_LEVEL: 'trace', ...env });
    said.push(ended);
    return ended;
  };

  faults.set({ html: 0.05, serverError: 0.05, redirect: 0.05, truncated: 0.05 });
  await Promise.all([
    run('check --connect'),
    run('check --connect --json'),
    run('plan'),
    run('plan --json'),
    run('sweep --json', { RETENTION_MODE: 'dry-run' }),
  ]);
  faults.set({ html: 0.02, serverError: 0.05, redirect: 0, truncated: 0 });
  for (const kind of ['redirect', 'html', 'serverError', 'unapplied204'] as const) faults.next(kind, 'deleteMedia', 2);
  const running = place.start('sweep --json', { LOG_LEVEL: 'trace' });
  await until(() => faults.waiting === 0);
  running.process.kill('SIGTERM'); // or it would wait a minute for what the faults have left open
  const swept = await running.ended;
  said.push(swept);
  faults.clear();
  const { mediaSid } = JSON.parse((await run('ledger export')).stdout.split('\n')[0] ?? '') as Record<string, string>;
  await Promise.all([
    run(`explain ${held.sid}`),
    run(`explain ${held.sid} --json`),
    run(`explain ${mediaSid}`),
    run('history --json'),
    run('ledger export --format csv'),
    run('ledger backup copy.db'),
    run('sweep --json', { SIGNALWIRE_API_TOKEN: 'PTcanary00000000000000000000000000' }),
  ]);

  expect(swept.code).toBe(5);
  expect((JSON.parse(swept.stdout) as Report).outcomes.deleted).toBeGreaterThan(0);
  expect(said.map(({ stdout }) => stdout).join()).toContain('under hold case-7');
  const files = readdirSync(place.folder).filter((name) => name.endsWith('.db') || name.includes('.db-'));
  expect(files).toEqual(expect.arrayContaining(['ledger.db', 'copy.db']));
  const texts = Object.fromEntries([
    ...said.flatMap(({ stdout, stderr }, i) => [
      [`output ${i}`, stdout],
      [`errors ${i}`, stderr],
    ]),
    ...files.map((name) => [name, readFileSync(join(place.folder, name), 'latin1')]),
  ]) as Record<string, string>;
  expect(Object.values(texts).filter((text) => text.includes(mediaSid ?? '')).length).toBeGreaterThan(4); // what is there is found
  const secrets = [
    CANARY,
    'Kanarienvogel',
    NUMBER.slice(1),
    token,
    `${project}:${token}`,
    'PTcanary00000000000000000000000000',
  ];
  expect(leaks(texts, secrets)).toEqual([]);
}, 60_000);

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
}
