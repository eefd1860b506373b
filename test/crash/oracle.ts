import type { Fate } from './account.ts';
import { inWords, type Ended, type OnRecord, type Row } from './record.ts';
import type { Truth } from './truth.ts';

/**
 * What has to be so, whatever happened: seen from outside, with the truth at hand. Nothing here is learned from the code
 * that is judged. Everything returns what is wrong, in words.
 */

const GONE = new Set(['deleted', 'already-gone']);
const isGone = ({ outcome }: Row): boolean => outcome !== null && GONE.has(outcome);

/** Of what was promised to somebody, all has to be there. */
export function forgotten(promised: OnRecord, found: OnRecord): string[] {
  const there = new Set(found.rows.flatMap(stagesOf));
  const lost = promised.rows.flatMap(stagesOf).filter((stage) => !there.has(stage));
  const ends = new Set(found.ended.map(({ sweep }) => sweep));
  const lostEnds = promised.ended.filter(({ sweep }) => !ends.has(sweep)).map(({ sweep }) => `the end of ${sweep}`);
  return [...lost, ...lostEnds].map((what) => `promised, and not on disk: ${what}`);
}

/** What a row says grows: each stage stays when the next is reached. */
const stagesOf = ({ sweep, place, isSending, answer, outcome }: Row): string[] =>
  [
    'planned',
    ...(isSending ? ['sending'] : []),
    ...(answer === null ? [] : [answer]),
    ...(outcome === null ? [] : [outcome]),
  ].map((stage) => `${sweep} ${place} ${stage}`);

/** What was sent without being on disk as being sent. */
export function unmarked(truth: Truth, { rows }: OnRecord): string[] {
  const marked = new Set(rows.filter(({ isSending }) => isSending).map(({ sweep, place }) => `${sweep} ${place}`));
  return truth.sent
    .filter(({ sweep, place }) => !marked.has(`${sweep} ${place}`))
    .map(({ sweep, place }) => `sent, and not on disk as being sent: ${sweep} ${place}`);
}

/** What is claimed and was not so at that moment, or did not stay so. Judged now, so the later the more. `wallMs`: of what is 0. */
export function untrue(truth: Truth, { rows }: OnRecord, wallMs: number): string[] {
  return rows.flatMap((row) => {
    if (row.outcome === null || row.settledMs === null) return [];
    const settledMs = row.settledMs - wallMs;
    const gone = truth.gone.get(row.place);
    const wasThere = gone === undefined || gone.atMs > settledMs;
    if (isGone(row)) return wasThere ? [`said to be gone, and is there: ${inWords(row)}`] : [];
    if (row.outcome === 'not-sent') {
      const isSent = truth.sent.some(({ sweep, place }) => sweep === row.sweep && place === row.place);
      return isSent ? [`said never to be sent, and was: ${inWords(row)}`] : [];
    }
    if (row.why === 'no-such-message') return []; // which says that nothing can be said
    // It failed, or was in progress: no DELETE that had been sent by then may take it away, at any time.
    const sent = gone?.sent;
    const isTaken = sent !== undefined && sent.atMs < settledMs;
    const mayBeTaken = truth.late.some(
      (each) => each.sent.place === row.place && each.sent.atMs < settledMs && each.atMs > settledMs,
    );
    return isTaken || mayBeTaken ? [`said to stay, while an earlier DELETE could take it: ${inWords(row)}`] : [];
  });
}

/** Reports that do not add up, or say something else than the rows of their sweep. */
export function miscounted({ rows, ended }: OnRecord, lastSweep: string): string[] {
  return ended.flatMap(({ sweep, report }) => {
    const { media, planned, retained, outcomes } = report;
    const wrong: string[] = [];
    if (sum(retained) + planned !== media) wrong.push(`${sweep}: retained and planned are not all media`);
    if (sum(outcomes) !== planned) wrong.push(`${sweep}: outcomes are not all that was planned`);
    const own = rows.filter((row) => row.sweep === sweep);
    if (own.length !== planned) wrong.push(`${sweep}: ${planned} planned, ${own.length} on record`);
    if (sweep !== lastSweep && (outcomes['uncertain'] ?? 0) > 0) return wrong; // settled since
    const counted = new Map<string, number>();
    for (const row of own) {
      const outcome = row.outcome ?? (row.isSending ? 'uncertain' : 'not-sent');
      counted.set(outcome, (counted.get(outcome) ?? 0) + 1);
    }
    for (const [outcome, n] of Object.entries(outcomes)) {
      if (n !== (counted.get(outcome) ?? 0))
        wrong.push(`${sweep}: ${n} ${outcome}, ${counted.get(outcome) ?? 0} on record`);
    }
    return wrong;
  });
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What is not as it should be when two sweeps have had their way. */
export function unfinished(truth: Truth, { rows }: OnRecord, projects: readonly string[]): string[] {
  const wrong: string[] = [];
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  const sent = new Set(truth.sent.map(({ place }) => place));
  for (const project of projects) {
    for (const { sid, pictures } of truth.accounts.get(project) ?? []) {
      for (const picture of pictures) {
        const place = `${sid}/${picture.sid}`;
        const gone = (byPlace.get(place) ?? []).filter(isGone).length;
        const what = misfate(picture.fate, truth.has(place), gone, sent.has(place));
        if (what !== undefined) wrong.push(`${place} ${what}`);
      }
    }
  }
  for (const row of rows) {
    if (projects.includes(row.project) && row.isSending && row.outcome === null) wrong.push(`open: ${inWords(row)}`);
  }
  return wrong;
}

function misfate(fate: Fate, isThere: boolean, timesGone: number, isSent: boolean): string | undefined {
  switch (fate) {
    case 'goes':
      if (isThere) return 'was due, and is there';
      return timesGone === 1 ? undefined : `is on record as gone ${timesGone} times`;
    case 'stays':
      if (!isThere) return 'was to stay';
      return isSent ? 'was to stay, and a DELETE was sent for it' : undefined;
    case 'in-progress':
      return isThere && timesGone === 0 ? undefined : 'cannot be deleted';
    case 'theirs':
    case 'either':
      return timesGone > 1 || (timesGone === 1 && isThere) ? `is on record as gone ${timesGone} times` : undefined;
    default:
      return fate;
  }
}

/** What ended otherwise than expected. */
export function otherEnds(ended: readonly Ended[], expected: readonly string[]): string[] {
  const results = ended.map(({ result }) => result);
  const isSame =
    results.length === expected.length && results.every((each, i) => expected[i]?.split('|').includes(each));
  return isSame ? [] : [`ended ${results.join()}, not ${expected.join()}`];
}
