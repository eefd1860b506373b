import { PauseOutlasts, type Answer, type AnswerKind, type EndedBy } from './contract.ts';
import { newProgress, request, type Call, type Line, type Progress, type Round } from './http.ts';

/** Sends a DELETE and says what came of it: a value, whatever the network or the service did. */
export async function answerTo(call: Call<true>, line: Line, stop: AbortSignal): Promise<Answer> {
  const progress = newProgress<true>();
  try {
    const round = await request(call, line, progress, stop);
    return answerOf(progress, round.result === 'failed' && !round.isSent ? 'no-connection' : undefined);
  } catch (error) {
    // Only what ended the waiting may be called not sent. Anything else while a request is out is a bug, and said to be.
    if (progress.isInFlight) throw error;
    if (error instanceof PauseOutlasts) return answerOf(progress, 'pause');
    if (stop.aborted && error === stop.reason) return answerOf(progress, 'stop');
    throw error;
  }
}

function answerOf({ last, answer, sent, lostAtMs }: Progress<true>, endedBy: EndedBy | undefined): Answer {
  const said: Answer = { kind: last === undefined ? 'not-sent' : KIND[last.result], attempts: sent };
  return Object.assign(
    said,
    answer && { status: answer.status },
    answer?.code !== undefined && { code: answer.code },
    lostAtMs !== undefined && { lostAt: new Date(lostAtMs) },
    endedBy && { endedBy },
  );
}

const KIND: Readonly<Record<Round<true>['result'], AnswerKind>> = {
  ok: 'accepted',
  absent: 'absent',
  'in-progress': 'in-progress',
  refused: 'refused',
  unauthorized: 'unauthorized',
  failed: 'lost',
  unavailable: 'lost',
  odd: 'lost',
  malformed: 'lost',
  foreign: 'lost',
  // Stryker disable next-line StringLiteral: a 429 is never what counts as the last of a DELETE's attempts.
  throttled: 'not-sent',
};
