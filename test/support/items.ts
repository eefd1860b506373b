import { parsePeriod, parseSpan, type Period, type Span } from '../../src/retention/period.ts';
import type { Hold, HoldMatch, Match, Policy, Rule } from '../../src/retention/policy.ts';
import {
  mediaSid,
  messageSid,
  type Item,
  type Media,
  type Message,
  type Status,
} from '../../src/retention/resource.ts';

/** The `now` of every test that does not say otherwise. */
export const NOW = new Date('2026-11-23T03:00:00Z');

export const DAY_MS = 86_400_000;
/** `count` days from `NOW`: negative ones ago. */
export const days = (count: number, from: Date = NOW): Date => new Date(from.getTime() + count * DAY_MS);
/** A UTC instant; a day alone is its 00:00. */
export const utc = (text: string): Date => new Date(text.length > 10 ? `${text}Z` : `${text}T00:00:00Z`);

export const MESSAGE_SID = known(messageSid('ea108133-d6b3-407c-9536-9fad8a929a6a'));
export const MEDIA_SID = known(mediaSid('0b9ffe2e-7a4d-4f0e-8a55-5d1c1c0de001'));

export const terminal = (name: Extract<Status, { kind: 'terminal' }>['name']): Status => ({ kind: 'terminal', name });
export const inProgress = (name: Extract<Status, { kind: 'in-progress' }>['name']): Status => ({
  kind: 'in-progress',
  name,
});

/** Delivered a hundred days ago with one picture: nothing stands in the way of deleting it. */
export const aMessage = (own: Partial<Message> = {}): Message => ({
  sid: MESSAGE_SID,
  status: terminal('delivered'),
  direction: 'outbound-api',
  from: '+15550001111',
  to: '+15550002222',
  createdAt: days(-100),
  sentAt: null,
  mediaCount: 1,
  updatedAt: days(-100),
  ...own,
});

/** As old as the message, or what `own` says. */
export const aMedia = (own: Partial<Media> = {}): Media => ({
  sid: MEDIA_SID,
  contentType: 'image/jpeg',
  createdAt: days(-100),
  ...own,
});

/** A media item that is as old as its message, unless its own date is given. */
export function anItem(message: Partial<Message> = {}, media: Partial<Media> = {}): Item {
  const whole = aMessage(message);
  return { message: whole, media: aMedia({ createdAt: whole.createdAt, ...media }) };
}

export const period = (text: string): Period => known(parsePeriod(text));
export const span = (text: string): Span => known(parseSpan(text));

/** Governs everything, unless `match` says less. */
export const rule = (retain: string, match: Match = {}, id = `after-${retain}`): Rule => ({
  id,
  match,
  retain: period(retain),
});

/** The defaults of a policy file: counted from sending, for ever where no rule governs, nothing younger than a day. */
export const policy = (...rules: readonly Rule[]): Policy => ({
  ageFrom: 'sent',
  default: period('forever'),
  minimumAge: span('24h'),
  rules,
});

/** Covers everything, unless `match` says less. */
export const hold = (id: string, match: HoldMatch = {}): Hold => ({ id, reason: 'Litigation', match });

function known<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('This test asks for what the law does not know.');
  return value;
}
