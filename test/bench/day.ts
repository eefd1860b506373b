import type { Account, NewMedia } from '../../src/emulator/changes.ts';
import { mulberry32 } from '../../src/emulator/random.ts';
import { IN_PROGRESS_STATUSES } from '../../src/emulator/state.ts';
import type { Truth } from '../../src/emulator/truth.ts';
import { DAY_MS } from './policies.ts';

/** What was in progress has ended, and as many messages as on any other day have come, evenly over the day before `now`. */
export function passDay(account: Account, truth: Truth, { now, messages }: { now: number; messages: number }): void {
  const waiting = [...truth.media()].filter(({ status }) => IN_PROGRESS_STATUSES.has(status));
  for (const sid of new Set(waiting.map(({ messageSid }) => messageSid))) account.setStatus(sid, 'delivered');
  const chance = mulberry32(now);
  for (let n = 0; n < messages; n++) {
    const dateCreated = new Date(now - DAY_MS + ((n + 1) * DAY_MS) / (messages + 1));
    account.addMessage({ dateCreated, ...kindOf(chance()), media: chance() < 0.6 ? mediaOf(chance) : 0 });
  }
}

/** About as the seeded ones are. */
function kindOf(chance: number): { readonly direction: string; readonly status: string } {
  if (chance < 0.4) return { direction: 'inbound', status: 'received' };
  const direction = 'outbound-api';
  if (chance < 0.41) return { direction, status: 'queued' };
  if (chance < 0.48) return { direction, status: 'failed' };
  return { direction, status: chance < 0.8 ? 'delivered' : 'sent' };
}

const mediaOf = (chance: () => number): NewMedia[] =>
  Array.from({ length: 1 + Math.floor(chance() * 3) }, () => ({
    contentType: chance() < 0.9 ? 'image/jpeg' : 'application/pdf',
  }));
