import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { openLedger } from '../../src/ledger/open.ts';
import { conversations, fakeApi } from '../support/fake-api.ts';
import { handClock } from '../support/hand-clock.ts';
import { NOW, policy, rule } from '../support/items.ts';
import { roomWith } from '../support/room.ts';

const config = (name: string): unknown =>
  parse(readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8')) as unknown;

test('D22 a CronJob that came too late to start is started still, and a day without a complete sweep is told of', () => {
  const { spec } = config('kubernetes/cronjob/cronjob.yaml') as { spec: Record<string, unknown> };
  // Without a deadline a hundred missed starts end the CronJob for good; with one, only those within it are counted.
  expect(spec).toMatchObject({ startingDeadlineSeconds: 21_600, concurrencyPolicy: 'Forbid' });
  const { groups } = config('monitoring/alerts.yaml') as { groups: { rules: { alert: string; expr: string }[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules);
  for (const name of ['MediaRetentionNoCompleteSweep', 'MediaRetentionNeverCompleteSweep'])
    expect(alerts.find(({ alert }) => alert === name)?.expr).toContain('last_complete');
});

test('D26 a ledger grows with what is sent, not with what is looked at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  const path = join(folder, 'ledger.db');
  const clock = handClock(NOW);
  const ledger = await openLedger(`sqlite:${path}`, { clock });
  const here = roomWith(fakeApi(conversations(1000, 2)), ledger, clock);
  const sweep = () => here.sweep({ policy: policy(rule('500d')) });
  expect((await sweep()).report).toMatchObject({ result: 'complete', media: 2000, planned: 0 });
  const bytes = (): number => statSync(path).size + statSync(`${path}-wal`).size;
  const before = bytes();
  for (let n = 0; n < 20; n++) await sweep();
  // A sweep is a row of a few hundred bytes; the log holds each changed page of 4 KiB until it is taken in.
  expect(bytes() - before).toBeLessThan(20 * 32 * 1024);
  expect(await here.proven()).toEqual([]);
  await ledger.close();
  expect(statSync(path).size).toBeLessThan(256 * 1024);
  await rm(folder, { recursive: true });
});
