import type { KnownItem } from '../../ledger/entries.ts';
import type { Decision } from '../../retention/decision.ts';
import type { Explanation } from '../../retention/explain.ts';
import type { Verdict } from '../../retention/match.ts';
import type { Item, ReadDate } from '../../retention/resource.ts';
import { day, instant } from '../../lib/format.ts';
import { table } from './table.ts';

/** What `explain` has found out. */
export interface Explained {
  readonly project: string;
  readonly asOf: Date;
  /** What the API has. */
  readonly items: readonly { readonly item: Item; readonly explanation: Explanation }[];
  /** What the ledger knows. */
  readonly known: readonly KnownItem[];
}

export function inWords({ items, known }: Explained): string {
  const parts = items.map(({ item, explanation }) => itemInWords(item, explanation));
  if (items.length === 0) parts.push('The API lists no such media.\n');
  parts.push(known.length === 0 ? 'The ledger has nothing on it.\n' : `In the ledger:\n${table(known.map(knownRow))}`);
  return parts.join('\n');
}

function itemInWords({ message, media }: Item, { decision, rules, holds, dueAt }: Explanation): string {
  const status = message.status.kind === 'unknown' ? 'unknown' : message.status.name;
  const facts = [
    ['media', media.sid ?? 'strange SID'],
    ['type', media.contentType ?? 'unknown'],
    ['message', message.sid ?? 'strange SID'],
    ['status', `${status}, ${message.direction}`],
    ['created', dateInWords(message.createdAt)],
    ['sent', message.sentAt === null ? 'never' : dateInWords(message.sentAt)],
    ['stored', dateInWords(media.createdAt)],
    ['due', dueAt ? instant(dueAt) : 'never, or not to be told'],
  ];
  const say = [
    ...rules.map((rule) => [`rule ${rule.id}`, rule.retain, VERDICT[rule.verdict]]),
    ...holds.map((hold) => [`hold ${hold.id}`, hold.reason, VERDICT[hold.verdict]]),
  ];
  return `${table(facts, '')}${table(say)}${decisionInWords(decision)}\n`;
}

const dateInWords = (date: ReadDate): string => (date === 'unreadable' ? 'unreadable' : instant(date));

const VERDICT: Readonly<Record<Verdict, string>> = {
  yes: 'applies',
  no: 'does not apply',
  depends: 'depends on the media',
  'unknown-direction': 'cannot be told: the direction is unknown',
  'unknown-number': 'cannot be told: the number cannot be read',
  'unknown-type': 'cannot be told: the content type is missing',
};

function decisionInWords(decision: Decision): string {
  if (decision.kind === 'delete') return `=> delete: rule ${decision.rule}, expired ${day(decision.expiredAt)}`;
  const { reason } = decision;
  switch (reason.kind) {
    case 'hold':
      return `=> retain: under hold ${reason.hold}`;
    case 'forever':
      return `=> retain: ${reason.rule} keeps it for ever`;
    case 'not-due':
      return `=> retain: rule ${reason.rule} keeps it until ${instant(reason.dueAt)}`;
    default:
      return `=> retain: ${reason.kind}`;
  }
}

const knownRow = ({ sweepId, mode, mediaSid, rule, outcome, plannedAt, settledAt, why }: KnownItem): string[] => [
  instant(settledAt ?? plannedAt),
  mediaSid,
  rule,
  mode === 'enforce' ? outcome : `${outcome} (${mode})`,
  why ?? '',
  `sweep ${sweepId}`,
];

export const asJson = (sid: string, { project, asOf, items, known }: Explained): object => ({
  sid,
  project,
  asOf: asOf.toISOString(),
  items: items.map(({ item: { message, media }, explanation }) => ({
    messageSid: message.sid,
    mediaSid: media.sid,
    contentType: media.contentType,
    status: message.status.kind === 'unknown' ? 'unknown' : message.status.name,
    direction: message.direction,
    createdAt: message.createdAt,
    sentAt: message.sentAt,
    storedAt: media.createdAt,
    decision: explanation.decision,
    dueAt: explanation.dueAt ?? null,
    rules: explanation.rules,
    holds: explanation.holds,
  })),
  ledger: known,
});
