import { afterEach, expect, test } from 'vitest';
import { switchAndFaultOptions, switchesAndFaults } from '../../src/commands/emulate-options.ts';
import { UsageError } from '../../src/commands/usage-error.ts';
import { FAULT_KINDS } from '../../src/emulator/faults.ts';
import { SWITCH_POSITIONS } from '../../src/emulator/switches.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

const places: Place[] = [];
const aPlace = (): Place => {
  const place = new Place(undefined, mixedPolicy());
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place[Symbol.asyncDispose]();
});

/** Every switch in its last position, and every fault. */
const flags = switchAndFaultOptions().map(({ long, description }) => {
  if (description.startsWith('switch: ')) return `${long} ${description.split(' ').at(-1)}`;
  return `${long} ${description.includes('rate') || description.includes('share') ? '0.01' : '7'}`;
});

test('emulate --json prints one line once it listens, takes every flag, and ends at a signal', async () => {
  expect(flags).toHaveLength(Object.keys(SWITCH_POSITIONS).length + FAULT_KINDS.length + 3);
  const place = aPlace();
  const running = place.start(`emulate --json --messages 50 --days 9 --seed 2 --latency 1 ${flags.join(' ')}`);
  const line = await running.firstLine;
  const { url, project, token, ...rest } = JSON.parse(line ?? '') as Record<string, string>;
  expect(rest).toEqual({});
  expect([url, project, token]).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    expect.any(String),
    expect.any(String),
  ]);

  const response = await fetch(`${url}/api/laml/2010-04-01/Accounts/${project}/Messages.json`).catch(() => undefined);
  expect(response?.status ?? 'a fault').not.toBe(200); // without credentials
  const second = await place.run(`emulate --json --port ${new URL(url ?? '').port}`);
  expect([second.code, second.stdout]).toEqual([2, '']);
  expect(second.stderr).toMatch(/^--port \d+: in use\. Choose another/);

  running.process.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 0, stdout: `${line}\n`, stderr: '' });
});

test('an emulated account can be planned as its instructions say', async () => {
  const place = aPlace();
  const running = place.start('emulate --messages 50');
  expect(await running.firstLine).toMatch(/^The emulator listens on http/);
  await new Promise((resolve) => running.process.stdout?.once('data', resolve).resume() && setTimeout(resolve, 50));
  running.process.kill('SIGINT');
  const { stdout, code } = await running.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/export SIGNALWIRE_API_TOKEN=PT\w+\n {2}npm run --silent cli -- plan\n$/);
});

test('every position of every switch is understood', () => {
  for (const [name, positions] of Object.entries(SWITCH_POSITIONS)) {
    for (const position of positions) {
      const label = typeof position === 'object' ? `aheadMs:${position.aheadMs}` : String(position);
      expect(switchesAndFaults({ [name]: label }).switches).toEqual({ [name]: position });
    }
  }
  expect(switchesAndFaults({ dateHeader: 'aheadMs:-300000', listLagMs: '80' }).switches).toEqual({
    dateHeader: { aheadMs: -300_000 },
    listLagMs: 80,
  });
  expect(switchesAndFaults({ html: '0.5', lateByMs: '9' })).toEqual({
    switches: {},
    faults: { html: 0.5, lateByMs: 9 },
  });
});

test.each([
  ['order', 'sideways', /^--order sideways: no such position\. Expected newest-first, oldest-first\.$/],
  ['listLagMs', 'long', /whole number/],
  ['dateHeader', 'aheadMs:soon', /no such position/],
  ['html', '1.5', /^--html 1\.5: not a rate\. Expected a number from 0 to 1\.$/],
  ['html', '1e-3', /not a rate/],
  ['html', '', /not a rate/],
  ['slowForMs', '-1', /whole number/],
])('%s %s is refused', (name, value, message) => {
  expect(() => switchesAndFaults({ [name]: value })).toThrow(UsageError);
  expect(() => switchesAndFaults({ [name]: value })).toThrow(message);
});

test('a wrong value ends emulate with exit code 2', async () => {
  const { code, stdout, stderr } = await aPlace().here('emulate --json --in-progress-status 404');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe('--in-progress-status 404: no such position. Expected 422, 409, 400.\n');
});

test('demo --json sweeps twice and finds the truth and its ledger agreed; in words it says so', async () => {
  const place = aPlace();
  const [json, text] = await Promise.all([
    place.run('demo --json --messages 300'),
    place.run('demo --messages 300 --seed 7'),
  ]);
  expect([json.code, text.code, json.stdout.split('\n').length]).toEqual([0, 0, 2]);
  const { first, second, agreement } = JSON.parse(json.stdout) as { first: Report; second: Report; agreement: object };
  expect(first.outcomes.deleted).toBeGreaterThan(100);
  expect(second.outcomes.deleted).toBe(0);
  expect(agreement).toEqual({ deleted: first.outcomes.deleted, goneInProgress: 0, differences: [] });
  expect(text.stdout).toMatch(/^A throw-away account .*\n.*armed and at full pace in memory only/);
  expect(text.stdout).toContain('truth and the ledger agree on all');
});
