import { describe, expect, test } from 'vitest';
import { old, young } from './account.ts';
import { timeout } from './api.ts';
import { cutShort, Disk, type Image } from './disk.ts';
import { deathsAt, judge, tell, type Story } from './play.ts';
import type { Ports } from './process.ts';
import type { Scenario } from './scenario.ts';

const PLAIN: Scenario = { name: 'plain', account: [old(1, 2), old(2), young(3)], whole: '' };

const firstLost: Scenario['script'] = () => (asked) =>
  asked.kind === 'delete' && asked.nth === 1 ? timeout : undefined;

/** All that is found wrong at points of that name, without what is found twice. */
async function found(story: Story, disk: Disk, at: RegExp, damage?: (image: Image) => Image): Promise<string[]> {
  const wrong = new Set<string>();
  for (const point of story.points.filter((each) => at.test(each.at))) {
    for (const death of deathsAt(point, 1)) {
      for (const each of await judge(story, point, death, disk, damage)) wrong.add(each.replace(/:.*/, ''));
    }
  }
  return [...wrong];
}

/** A process that does not wait for `name` to be durable. */
const hasty =
  (name: string) =>
  (ports: Ports): Ports => ({
    ...ports,
    call: <T>(called: string, effect: () => Promise<T>): Promise<T> => {
      const work = ports.call(called, effect);
      return called === name ? Promise.resolve(undefined as T) : work;
    },
  });

/** A process that appends nothing of this name. */
const forgetful =
  (name: string) =>
  (ports: Ports): Ports => ({
    ...ports,
    append: (called, effect) => void (called !== name && ports.append(called, effect)),
  });

describe('the judge of crashes finds', () => {
  test('nothing where nothing is wrong', async () => {
    using disk = new Disk();
    expect(await found(await tell(PLAIN, disk), disk, /send DELETE/)).toEqual([]);
  });

  test('a disk that forgets what was promised', async () => {
    using disk = new Disk();
    const story = await tell(PLAIN, disk);
    const wrong = await found(story, disk, /during send DELETE/, (image) => cutShort(image, 100));
    expect(wrong).toEqual(expect.arrayContaining(['promised, and not on disk', 'sent, and not on disk as being sent']));
    expect(await found(story, disk, /after end/, (image) => cutShort(image, 100))).toContain(
      'promised, and not on disk',
    );
  });

  test('a DELETE that is sent before its mark is on disk', async () => {
    using disk = new Disk();
    const story = await tell(PLAIN, disk, hasty('markSending'));
    expect(await found(story, disk, /during send DELETE/)).toContain('sent, and not on disk as being sent');
  });

  test('an item that is called failed while an earlier DELETE may still take it', async () => {
    using disk = new Disk();
    const hurried = { ...PLAIN, afterwards: { lockedEarlierMs: 60_000 } };
    expect(await found(await tell(hurried, disk), disk, /during send DELETE/)).toContain(
      'said to stay, while an earlier DELETE could take it',
    );
  });

  test('what stays open for ever, and reports that do not add up', async () => {
    using disk = new Disk();
    const story = await tell({ ...PLAIN, script: firstLost, afterwards: { mode: 'dry-run' } }, disk);
    expect(
      (await found(story, disk, /after send DELETE/)).some((each) => each.endsWith(' was due, and is there')),
    ).toBe(true);
    const silent = await tell(PLAIN, disk, forgetful('settled'));
    expect(silent.ends).not.toBe('complete: 3 deleted');
  });

  test('a DELETE for what is to stay', async () => {
    using disk = new Disk();
    const wrongly = { ...PLAIN, account: [old(1, 1, { fate: 'stays' })] };
    expect(await found(await tell(wrongly, disk), disk, /before begin/)).toEqual(['message-1/media-1-1 was to stay']);
  });
});
