import { DAY_SECONDS, dayStart } from './dates.ts';
import { partiesOf, sentAtOf } from './portrait.ts';
import { statusOf } from './state.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';

/** Which messages belong in a filtered list. */
export interface Filter {
  readonly shows: (ordinal: number) => boolean;
  /** The seconds in which those were created that can be among them. */
  readonly created: Span;
}

/** The filters the API knows; everything else in a query is ignored. The operator is part of the key. */
export const FILTER_KEYS = ['DateSent', 'DateSent<', 'DateSent>', 'From', 'To', 'Status'] as const;

/** Reads a list's filters. `undefined`: none. `unreadable`: a date that is none. */
export function readFilter(
  query: URLSearchParams,
  state: State,
  switches: Switches,
): Filter | undefined | 'unreadable' {
  const tests: Filter['shows'][] = [];
  const created: Span = { from: -Infinity, until: Infinity };
  const sent = sentWithin(query, switches.dateFilter);
  if (sent === 'unreadable') return 'unreadable';
  if (sent) {
    const { unsentMatchesFilter } = switches;
    if (!unsentMatchesFilter) {
      created.from = sent.from - state.sentApart.after;
      created.until = sent.until + state.sentApart.before;
    }
    tests.push((ordinal) => {
      const at = sentAtOf(state, ordinal);
      return at === null ? unsentMatchesFilter : at >= sent.from && at < sent.until;
    });
  }
  const status = query.get('Status');
  if (status !== null) tests.push((ordinal) => statusOf(state, ordinal) === status);
  const from = query.get('From');
  if (from !== null) tests.push((ordinal) => partiesOf(state, ordinal).from === from);
  const to = query.get('To');
  if (to !== null) tests.push((ordinal) => partiesOf(state, ordinal).to === to);
  return tests.length === 0 ? undefined : { shows: (ordinal) => tests.every((test) => test(ordinal)), created };
}

export interface Span {
  /** First second inside. */
  from: number;
  /** First second outside. */
  until: number;
}

/** The seconds in which a message must have been sent. Several dates narrow each other. */
function sentWithin(query: URLSearchParams, reading: Switches['dateFilter']): Span | undefined | 'unreadable' {
  const span: Span = { from: -Infinity, until: Infinity };
  let asked = false;
  for (const key of ['DateSent', 'DateSent<', 'DateSent>'] as const) {
    for (const text of query.getAll(key)) {
      const day = dayStart(text);
      if (day === undefined) return 'unreadable';
      asked = true;
      const narrower = spanOf(key, day, reading);
      span.from = Math.max(span.from, narrower.from);
      span.until = Math.min(span.until, narrower.until);
    }
  }
  return asked ? span : undefined;
}

function spanOf(key: 'DateSent' | 'DateSent<' | 'DateSent>', day: number, reading: Switches['dateFilter']): Span {
  const nextDay = day + DAY_SECONDS;
  if (key === 'DateSent') return { from: day, until: nextDay };
  const pastFirstSecond = day + 1;
  if (key === 'DateSent<') {
    return { from: -Infinity, until: { exclusive: day, inclusive: nextDay, midnight: pastFirstSecond }[reading] };
  }
  return { from: { exclusive: nextDay, inclusive: day, midnight: day }[reading], until: Infinity };
}
