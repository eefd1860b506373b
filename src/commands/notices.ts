import type { Configuration } from '../app/compose.ts';
import type { Post } from '../app/post.ts';
import type { Notify } from '../app/settings-notify.ts';
import { age, count, counted, day, instant } from '../lib/format.ts';
import type { NoticeKind, ServeEvent } from '../serve/events.ts';
import { overdueMs, type ProjectFigures } from '../serve/figures.ts';
import type { Metrics } from '../serve/metrics.ts';
import { verdictOn, type Status } from '../serve/page/state.ts';
import type { SweepDone } from '../sweep/order.ts';
import { failedItems } from '../sweep/report.ts';
import { verdict } from './display/verdict.ts';
import { exitCodeOf, EXIT } from './exit-code.ts';

/** Tells people. Nothing here ever throws: a message that cannot be sent is counted and logged, and stops nothing. */
export interface Notices {
  /**
   * After the projects were swept: what was refused or failed, and the heartbeat where every sweep was complete.
   * @param isWhole `false` for a dry run or one project by hand, which prove nothing of the whole: no heartbeat
   */
  swept(all: readonly SweepDone[], configuration: Pick<Configuration, 'file'>, isWhole?: boolean): Promise<void>;
  /** Refused: the sweep never began. Failed: the ledger could not be used, at the beginning or later. */
  notSwept(kind: 'refused' | 'failed', why: string): Promise<void>;
  digest(status: Status): Promise<void>;
}

export interface NoticesDeps {
  readonly post: Post;
  readonly metrics: Pick<Metrics, 'noticed'>;
  readonly tell: (event: ServeEvent) => void;
}

/** @param notify as it is now: a policy file that is read again may name others */
export function newNotices(notify: () => Notify, { post, metrics, tell }: NoticesDeps): Notices {
  async function send(notice: NoticeKind, text?: string): Promise<void> {
    const { webhook, heartbeat, on } = notify();
    const url = notice === 'heartbeat' ? heartbeat : on.includes(notice) ? webhook : undefined;
    if (!url) return;
    const posted = await post(url, text === undefined ? undefined : { text });
    metrics.noticed(notice, posted.kind);
    tell(
      posted.kind === 'sent' ? { event: 'notice.sent', notice } : { event: 'notice.failed', notice, why: posted.why },
    );
  }

  return {
    async swept(all, { file }, isWhole = true) {
      for (const kind of ['refused', 'failed'] as const) {
        const those = all.filter((done) => kindOf(done) === kind);
        const lines = those.map((done) => lineOn(done, file.limits.maxDeletions));
        if (lines.length > 0) await send(kind, `media-retention\n${lines.join('\n')}`);
      }
      if (isWhole && all.length > 0 && all.every(isComplete)) await send('heartbeat');
    },
    notSwept: (kind, why) =>
      send(kind, `media-retention\n${kind === 'refused' ? 'Nothing was swept' : 'The sweep could not go on'}: ${why}`),
    digest: (status) => send('digest', digestOf(status)),
  };
}

/**
 * Partial sweeps go on next time, which is nobody's trouble, unless items failed, the API is away, or the policy changed
 * under them.
 */
function kindOf(done: SweepDone): 'refused' | 'failed' | undefined {
  switch (exitCodeOf(done)) {
    case EXIT.done:
      return undefined;
    case EXIT.refused:
      return 'refused';
    case EXIT.partial: {
      const isTrouble = done.stop?.kind === 'unreachable' || done.stop?.kind === 'policy-changed';
      return isTrouble || failedItems(done.report) > 0 ? 'failed' : undefined;
    }
    default:
      return 'failed';
  }
}

const lineOn = (done: SweepDone, maxDeletions: number): string =>
  `${done.report.project}: ${verdict(done, maxDeletions)}`;

const isComplete = ({ report: { result } }: SweepDone): boolean => result === 'complete' || result === 'dry-run';

/** What stands, in a few lines. */
export function digestOf(status: Status): string {
  const { title, detail } = verdictOn(status);
  const yesterday = dayBefore(status);
  const lines = [
    `media-retention, ${instant(status.now)}`,
    `${title}. ${detail}`,
    ...(yesterday
      ? [
          `${yesterday.day}: ${counted(yesterday.sweeps, 'sweep')}, ${count(yesterday.outcomes.deleted)} deleted, ${count(yesterday.outcomes.failed)} failed.`,
        ]
      : []),
    ...status.projects.map((figures) => projectLine(figures, status.now)),
  ];
  return lines.join('\n');
}

/** The UTC day that most of the day before belongs to: midnight of the schedule's zone may be any hour. */
function dayBefore({ now, days }: Status): Status['days'][number] | undefined {
  const noon = day(new Date(now.getTime() - 12 * 3_600_000));
  return days.find((each) => each.day === noon);
}

function projectLine(figures: ProjectFigures, now: Date): string {
  const { project, last, openItems } = figures;
  if (!last) return `${project}: not swept yet.`;
  const overdue = overdueMs(figures, now) ?? 0;
  const retained = Object.values(last.retained).reduce((sum, media) => sum + media, 0);
  return (
    `${project}: last sweep ${last.result} (${instant(last.endedAt)}), ${count(last.planned)} due, ${count(last.outcomes.deleted)} deleted, ` +
    `${count(last.outcomes.failed)} failed, ${count(openItems)} open, ${count(retained)} retained; ` +
    `${overdue === 0 ? 'nothing is overdue' : `overdue for ${age(overdue)}`}.`
  );
}
