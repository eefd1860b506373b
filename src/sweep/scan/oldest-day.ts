import type { Reader } from '../../provider/contract.ts';
import { dayOf, dayText } from './days.ts';

/** Before 2016 there was no service. */
export const FIRST_DAY = dayOf(new Date('2016-01-01T00:00:00Z'));
/** What `<` includes is not agreed upon. */
const SLACK_DAYS = 2;

/** The first day that may have messages, as far as a filter can tell: a few requests. */
export async function oldestDay(asOf: Date, reader: Reader, signal: AbortSignal): Promise<number> {
  let [from, to] = [FIRST_DAY, dayOf(asOf) + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (await reader.hasSentBefore(dayText(middle), signal)) to = middle;
    else from = middle + 1;
  }
  return Math.max(FIRST_DAY, from - SLACK_DAYS);
}
