import type { RetainedKind } from '../../sweep/tally.ts';

/** Why media stay, in words. */
export const REASONS: Readonly<Record<RetainedKind, string>> = {
  'not-due': 'its retention is not over',
  forever: 'kept for ever',
  hold: 'under a hold',
  'in-progress': 'its message is in progress',
  'unknown-status': 'its message has a status nobody has described',
  'unknown-direction': 'a rule or hold asks for a direction that is unknown',
  'unknown-number': 'a rule or hold asks for a number that cannot be read',
  'unknown-type': 'a rule or hold asks for a content type that is missing',
  'unreadable-date': 'a date cannot be read',
  'implausible-date': 'a date is older than the service',
  'future-date': 'a date is later than the instant that is decided for',
  'strange-sid': 'its SID is not shaped like one',
  unsettled: 'an earlier sweep may have sent it, and has not settled it yet',
  unlisted: 'its message could not be listed',
  'no-such-message': 'its message went while it was looked at',
};
