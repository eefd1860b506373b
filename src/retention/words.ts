import { formatPeriod, type Period } from './period.ts';
import type { Hold, HoldMatch, Policy, Rule } from './policy.ts';

/** The policy in plain sentences, one per rule and hold. Numbers are masked. */
export interface PolicyInWords {
  readonly rules: readonly { readonly id: string; readonly sentence: string }[];
  readonly holds: readonly { readonly id: string; readonly sentence: string }[];
  readonly otherwise: string;
}

export function inWords(policy: Policy, holds: readonly Hold[]): PolicyInWords {
  return {
    rules: policy.rules.map((rule) => ({ id: rule.id, sentence: ruleInWords(rule) })),
    holds: holds.map((hold) => ({
      id: hold.id,
      sentence: `Keep ${matchInWords(hold.match)}: ${maskNumbersIn(hold.reason)}.`,
    })),
    otherwise: `${verb(policy.default, 'media that no rule governs')} Nothing younger than ${formatPeriod(policy.minimumAge)} is ever deleted.`,
  };
}

function ruleInWords(rule: Rule): string {
  const sentence = verb(rule.retain, matchInWords(rule.match));
  return rule.description === undefined ? sentence : `${maskNumbersIn(rule.description)}: ${lowerFirst(sentence)}`;
}

const verb = (period: Period, what: string): string =>
  period.kind === 'forever' ? `Keep ${what} for ever.` : `Delete ${what} after ${formatPeriod(period)}.`;

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

function matchInWords(match: HoldMatch): string {
  const parts = [
    condition('status', match.status),
    condition('direction', match.direction),
    condition('type', match.contentType),
    condition('from', match.from?.map(maskNumber)),
    condition('to', match.to?.map(maskNumber)),
    condition('from or to', match.number?.map(maskNumber)),
    condition('message', match.messageSid),
    match.since && `on or after ${day(match.since)}`,
    match.until && `up to and including ${day(match.until)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? 'all media' : `media with ${parts.join(', ')}`;
}

const condition = (name: string, values: readonly string[] | undefined): string | undefined =>
  values && `${name} ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}`;

/** `+15550001111` as `+1555…11`: enough to recognise one's own number, too little to learn somebody's. */
export function maskNumber(number: string): string {
  return number.length > 10 ? `${number.slice(0, 5)}…${number.slice(-2)}` : `${number.slice(0, 3)}…`;
}

/** What people write in reasons and descriptions may hold a number too. */
export const maskNumbersIn = (text: string): string => text.replaceAll(/\+?\d{9,15}/g, maskNumber);

const day = (date: Date): string => date.toISOString().slice(0, 10);
