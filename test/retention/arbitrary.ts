import * as fc from 'fast-check';
import { FOREVER, type Period, type Span } from '../../src/retention/period.ts';
import type { Hold, HoldMatch, Match, Policy } from '../../src/retention/policy.ts';
import {
  DIRECTIONS,
  IN_PROGRESS,
  mediaSid,
  messageSid,
  TERMINAL,
  type Item,
  type Media,
  type Message,
} from '../../src/retention/resource.ts';
import { inProgress, MEDIA_SID, MESSAGE_SID, span, terminal, utc } from '../support/items.ts';

/** Items, policies and holds at random. Few values of each kind, so that what should meet does meet. */

const NUMBERS = ['+15550001111', '+15550002222', '+4930123456', '+15551112222'];
const PATTERNS = [...NUMBERS, '+1555*', '+49*'];
const CONTENT_TYPES = ['image/jpeg', 'image/png', 'video/mp4', 'text/vcard'];
const CONTENT_PATTERNS = [...CONTENT_TYPES, 'image/*', 'video/*'];

/** Whole seconds of the years media come from, month ends and the night of a leap day more often than chance would. */
export const instants: fc.Arbitrary<Date> = fc.oneof(
  fc.date({ min: utc('2024-01-01'), max: utc('2027-01-01'), noInvalidDate: true }),
  fc
    .tuple(fc.integer({ min: 0, max: 35 }), fc.integer({ min: -49, max: 49 }))
    .map(([month, hours]) => new Date(Date.UTC(2024, month, 1, hours))),
);

const dates = fc.oneof(
  { weight: 30, arbitrary: instants },
  { weight: 1, arbitrary: fc.constant('unreadable' as const) },
);

/** Dates that no parser should let through, and that the law has to survive all the same. */
export const anyDate = fc.oneof(
  dates,
  fc.date({ noInvalidDate: false }),
  fc.constant(new Date(Number.NaN)),
  fc.constantFrom(null, undefined, 0, '2020-01-01', {}),
);

export const messagesWith = (date: fc.Arbitrary<Date | 'unreadable'>): fc.Arbitrary<Message> =>
  fc.record({
    sid: rarely(null, fc.constantFrom(MESSAGE_SID, messageSid('ANOTHER-MESSAGE-SID'))),
    status: fc.oneof(
      { weight: 18, arbitrary: fc.constantFrom(...TERMINAL).map(terminal) },
      { weight: 1, arbitrary: fc.constantFrom(...IN_PROGRESS).map(inProgress) },
      { weight: 1, arbitrary: fc.constant({ kind: 'unknown' } as const) },
    ),
    direction: rarely('unknown' as const, fc.constantFrom(...DIRECTIONS)),
    from: rarely(null, fc.constantFrom(...NUMBERS)),
    to: rarely(null, fc.constantFrom(...NUMBERS)),
    createdAt: date,
    sentAt: fc.oneof(fc.constant(null), date),
    updatedAt: fc.constant(new Date('2026-01-01T00:00:00Z')),
    mediaCount: fc.oneof(fc.constant('unknown' as const), fc.nat(10)),
  });

export const mediaWith = (date: fc.Arbitrary<Date | 'unreadable'>): fc.Arbitrary<Media> =>
  fc.record({
    sid: rarely(null, fc.constantFrom(MEDIA_SID, mediaSid('ANOTHER-MEDIA-SID'))),
    contentType: rarely(null, fc.constantFrom(...CONTENT_TYPES)),
    createdAt: date,
  });

const messages = messagesWith(dates);
const media = mediaWith(dates);

/** A message and one of its media, most of them within hours of each other, as they are in life. */
export const items: fc.Arbitrary<Item> = fc
  .tuple(messages, media, fc.option(fc.integer({ min: -5_000, max: 172_800 })))
  .map(([message, each, seconds]) => ({ message, media: { ...each, createdAt: near(message, each, seconds) } }));

function near({ createdAt }: Message, own: Media, seconds: number | null): Media['createdAt'] {
  if (seconds === null || createdAt === 'unreadable' || own.createdAt === 'unreadable') return own.createdAt;
  return new Date(createdAt.getTime() + seconds * 1000);
}

const spans: fc.Arbitrary<Span> = fc
  .constantFrom('1h', '24h', '7d', '28d', '30d', '90d', '1mo', '2mo', '3mo', '1y', '2y')
  .map(span);
const periods: fc.Arbitrary<Period> = rarely(FOREVER, spans);

const conditions = {
  status: some([...TERMINAL, 'queued'] as const),
  direction: some(DIRECTIONS),
  from: some(PATTERNS),
  to: some(PATTERNS),
  number: some(PATTERNS),
};

/** No condition is required, and most matches have few. */
const sparse = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.subarray(Object.keys(shape), { maxLength: 2 }).chain((keys) => {
    const entries = Object.entries(shape).filter(([key]) => keys.includes(key));
    return fc.record(Object.fromEntries(entries));
  });

export const matchesOfMessage: fc.Arbitrary<Match> = sparse(conditions);
export const matchesOfMedia: fc.Arbitrary<Match> = sparse({ ...conditions, contentType: some(CONTENT_PATTERNS) });
const holdMatches: fc.Arbitrary<HoldMatch> = sparse({
  ...conditions,
  contentType: some(CONTENT_PATTERNS),
  messageSid: fc.constant([MESSAGE_SID]),
  since: days(),
  until: days(),
});

/** `rules` of these matches, each with an id of its own. */
export const policiesWith = (match: fc.Arbitrary<Match>): fc.Arbitrary<Policy> =>
  fc.record({
    ageFrom: fc.constantFrom('sent', 'created'),
    default: fc.oneof(fc.constant(FOREVER), periods),
    minimumAge: fc.constantFrom('1h', '24h', '7d', '1mo').map(span),
    rules: fc.uniqueArray(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), match, retain: periods }), {
      selector: ({ id }) => id,
      maxLength: 4,
    }),
  });

export const policies = policiesWith(matchesOfMedia);

export const holdsWith = (match: fc.Arbitrary<HoldMatch>): fc.Arbitrary<Hold[]> =>
  fc.uniqueArray(
    fc.record({ id: fc.constantFrom('case-1', 'case-2', 'case-3'), reason: fc.constant('Litigation'), match }),
    { selector: ({ id }) => id, maxLength: 2 },
  );

export const holds = holdsWith(narrow(holdMatches));

/** A hold on everything hides what is to be seen: most holds here ask for something. */
function narrow(match: fc.Arbitrary<HoldMatch>): fc.Arbitrary<HoldMatch> {
  return match.filter((each) => Object.keys(each).length > 0);
}

function rarely<T, U>(seldom: T, usual: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: fc.constant(seldom) });
}

function some<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.subarray([...values], { minLength: 1, maxLength: 4 });
}

function days(): fc.Arbitrary<Date> {
  return fc.integer({ min: 0, max: 1096 }).map((count) => new Date(Date.UTC(2024, 0, 1 + count)));
}
