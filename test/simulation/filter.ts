import type { Dimensions } from './dimensions.ts';
import { HOUR_MS } from './law.ts';
import type { TrueMessage } from './truth.ts';

/** By day of sending and by status, as far as the service's filter works. */
export function filterOf(query: URLSearchParams, habits: Dimensions['api']): (message: TrueMessage) => boolean {
  const { filters, beforeIncludesDay } = habits;
  const [on, before, status] = [query.get('DateSent'), query.get('DateSent<'), query.get('Status')];
  const asked = on ?? before ?? status;
  if (asked === null || filters === 'ignored') return () => true;
  const shiftMs = filters === 'in another zone' ? 8 * HOUR_MS : 0;
  const dayFor = ({ sentMs }: TrueMessage): string | undefined =>
    typeof sentMs === 'number' ? new Date(sentMs - shiftMs).toISOString().slice(0, 10) : undefined;
  const finds = (message: TrueMessage): boolean => {
    if (status !== null) return message.status === status;
    const day = dayFor(message);
    if (day === undefined) return false;
    return on === null ? day < asked || (beforeIncludesDay && day === asked) : day === asked;
  };
  const hides = ({ place }: TrueMessage): boolean => filters === 'leave some out' && place % 3 === 1;
  return (message) => finds(message) && !hides(message);
}
