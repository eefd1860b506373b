import { describe, expect, test } from 'vitest';
import type { KnownItem } from '../../src/ledger/entries.ts';
import { statusPage } from '../../src/serve/page/page.ts';
import type { Status } from '../../src/serve/page/state.ts';
import { STYLE } from '../../src/serve/page/style.ts';
import { partsOf } from './html.ts';
import {
  aLastSweep,
  anItem,
  aStatus,
  endedAs,
  figures,
  hours,
  lastDays,
  OUR_NUMBER,
  outcomes,
  STATES,
  unswept,
  view,
} from './page-samples.ts';

const textOf = async (own: Partial<Status> = {}): Promise<string> => partsOf(await statusPage(aStatus(own))).text;
const items = (count: number, from = 1, own: Partial<KnownItem> = {}): KnownItem[] =>
  Array.from({ length: count }, (_, at) => anItem(from + at, own));

describe('the page says', () => {
  test('what is the matter, in its title too', async () => {
    const text = await textOf({ projects: [endedAs('failed')] });
    expect(text).toMatch(/^The last sweep of main failed · media retention Skip to the state Media retention The last/);
  });

  test('what it guards: projects, mode, policy, schedule, next sweep, whether it sweeps now, ledger', async () => {
    const projects = [figures(), figures({ project: 'clinic' })];
    expect(await textOf({ projects, sweepingSince: hours(-0.5) })).toContain(
      'What it guards Guarding main, clinic Mode enforce: sweeps delete Policy config/retention.yaml (68fdbb8e) ' +
        'Schedule 0 3 * * * (Europe/Berlin) Next sweep 2026-11-24 02:00:00 UTC, in 23 h Sweeping now for 30 min Ledger 41 MiB',
    );
  });

  test('that it is dry, that it never sweeps again, that the ledger cannot be written', async () => {
    const text = await textOf({ policy: view({ mode: 'dry-run' }), nextSlotAt: undefined, isLedgerWritable: false });
    expect(text).toContain('Mode dry-run: nothing is ever deleted');
    expect(text).toContain('Next sweep never Sweeping now no Ledger 41 MiB, cannot be written');
  });

  test('of a slot that is due now that it comes at once, not before', async () => {
    expect(await textOf({ nextSlotAt: hours(-1) })).toContain('in 0 ms');
  });

  test('of each project the last sweep and the last complete one, and for how long something has been overdue', async () => {
    const projects = [
      figures({ project: 'a', oldestOverdueAt: hours(-53), openItems: 7 }),
      figures({ project: 'b', last: aLastSweep({ result: 'partial' }), lastCompleteAt: undefined }),
      unswept('c'),
    ];
    const text = await textOf({ projects });
    expect(text).toContain('a 2 d 5 h complete 1,840 1,829 0 7 2026-11-22 18:04 4 min 12 s 2026-11-22 18:04');
    expect(text).toContain('b nothing is partial 1,840 1,829 0 0 2026-11-22 18:04 4 min 12 s never');
    expect(text).toContain('c not known yet not swept yet 0 never never');
  });

  test('what was retained and why, the most first, and of a reason that only an older version knew its name', async () => {
    const retained = { hold: 3, 'not-due': 48_211, 'once-a-reason': 11 };
    expect(await textOf({ projects: [figures({ last: aLastSweep({ retained }) })] })).toContain(
      'Retained, and why main reason media in words not-due 48,211 its retention is not over once-a-reason 11 ' +
        'hold 3 under a hold Open',
    );
  });

  test('which items are open and which failed and why, and how many more there are', async () => {
    const failed = items(20, 100, { outcome: 'failed', why: 'still-listed' });
    const project = figures({
      last: aLastSweep({ outcomes: outcomes({ failed: 1_234 }) }),
      openItems: 3,
      attention: { open: items(3), failed },
    });
    const text = await textOf({ projects: [project] });
    expect(text).toMatch(
      /Open items of main message media rule expired \(UTC\) 000001-message-1 000001-media-1 pictures 2026-11-22 03:00 000002/,
    );
    expect(text).toMatch(
      /that failed in the last sweep message media rule expired \(UTC\) why 000100-message-100 \S+ pictures \S+ \S+ still-listed/,
    );
    expect(text).toContain('… and 1,214 more: "ledger export" names them all.');
    expect(text.match(/… and/g)).toHaveLength(1);
  });

  test('that no item is open or failed', async () => {
    expect(await textOf()).toContain(
      'Open and failed items None: every item that was sent is settled, and none failed.',
    );
  });

  test('the policy in words, with its holds', async () => {
    const text = await textOf();
    expect(text).toContain(
      'pictures : Delete media with status one of sent, delivered, received, type image/* after 90d.',
    );
    expect(text).toContain(
      'Otherwise: Keep media that no rule governs for ever. Nothing younger than 1d is ever deleted.',
    );
    expect(text).toMatch(/Holds case-2026-17 : Keep media with from or to \+1555…11, on or after 2026-01-01, .* As of/);
  });

  test('of a policy that cannot be read now, that it is an older one', async () => {
    const text = await textOf({
      policy: view({ isReadable: false, problems: ['config/retention.yaml:14:15 retain'] }),
    });
    expect(text).toContain('Policy config/retention.yaml (68fdbb8e), as it was last read');
    expect(text).toContain('The policy in words As it was last read; the file has changed since and cannot be used.');
  });

  test('as of when, and which version', async () => {
    expect(await textOf()).toMatch(/As of 2026-11-23 03:00:00 UTC\. media-retention 1\.2\.3\./);
  });

  test('no phone number beyond its masked form, and no other long number', async () => {
    for (const status of Object.values(STATES)) {
      const page = (await statusPage(status)).replaceAll(STYLE, '');
      expect(page).not.toContain(OUR_NUMBER.slice(3));
      expect(page).not.toMatch(/\d{9}/);
    }
  });
});

describe('of an account in which nothing was ever swept the page', () => {
  test('says so everywhere', async () => {
    const text = await textOf({ projects: [unswept()], days: lastDays(30) });
    for (const part of [
      'Waiting for the first sweep of main',
      'main not known yet not swept yet 0 never never',
      'Nothing was sent for deletion in the last 30 days.',
      'main Nothing was retained so far.',
      'None: every item that was sent is settled, and none failed.',
    ])
      expect(text).toContain(part);
    expect(text.match(/2026-\d\d-\d\d 0 0 0 0 0 0/g)).toHaveLength(30);
  });

  test('is whole without a project, a day, a rule or a hold', async () => {
    const words = { rules: [], holds: [], otherwise: 'Keep everything.' };
    const text = await textOf({ projects: [], days: [], policy: view({ words }) });
    expect(text).toMatch(/Guarding Mode .* The policy in words Otherwise: Keep everything\. .* Holds None\. As of/);
  });
});

test('huge figures are set in groups of three', async () => {
  const text = partsOf(await statusPage(STATES['huge'] ?? aStatus())).text;
  for (const figure of ['123,456,789', '9,876,543,210', '116,000,000', '6,144 GiB']) expect(text).toContain(figure);
  expect(text).not.toMatch(/NaN|Infinity|undefined|\de\+/);
});
