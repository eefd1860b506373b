import { endMs, formatPeriod, type Period, type Span } from './period.ts';
import type { Match, Policy, Rule } from './policy.ts';
import { IN_PROGRESS } from './resource.ts';

/** What a policy says that its author may not have meant. Each is one sentence; none is an error. */
export function adviceOn(policy: Policy): readonly string[] {
  return [
    ...outboundMms(policy),
    ...policy.rules.flatMap((rule) => [...inProgressOnly(rule), ...belowMinimum(rule, policy)]),
  ];
}

/**
 * Carriers send no delivery receipt for MMS, so an outbound message with media stays `sent` for ever: a policy whose
 * rules all ask for another status keeps most of what it means to delete.
 */
function outboundMms({ rules, default: fallback }: Policy): string[] {
  const isDeletedByRule = rules.some(({ match, retain }) => deletes(retain) && reachesOutbound(match));
  if (isDeletedByRule || deletes(fallback)) return [];
  return [
    'No rule ever deletes the media of outbound MMS: they stay in status "sent" for ever, because carriers give no ' +
      'delivery receipt for MMS. Add "sent" to the statuses of a rule, or leave its status out.',
  ];
}

const reachesOutbound = ({ status, direction }: Match): boolean =>
  (status === undefined || status.includes('sent')) &&
  (direction === undefined || direction.some((each) => each !== 'inbound'));

const deletes = (period: Period): period is Span => period.kind === 'span';

function inProgressOnly({ id, match }: Rule): string[] {
  const inProgress: readonly string[] = IN_PROGRESS;
  if (!match.status?.every((status) => inProgress.includes(status))) return [];
  return [`Rule ${id} never deletes anything: its statuses are those of messages in progress, which are always kept.`];
}

function belowMinimum({ id, retain }: Rule, { minimumAge }: Policy): string[] {
  if (lengthOf(retain) >= lengthOf(minimumAge)) return [];
  return [
    `Rule ${id} says ${formatPeriod(retain)}, but limits.minimumAge keeps everything for ${formatPeriod(minimumAge)}.`,
  ];
}

const lengthOf = (period: Period): number => endMs(period, SOME_DAY.getTime());

/** Any day does for telling which of two periods is longer, but for the few hours by which months differ. */
const SOME_DAY = new Date('2026-01-01T00:00:00Z');
