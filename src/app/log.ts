import pino, { type Logger } from 'pino';
import type { LogLevel } from './settings.ts';
import type { ServeEvent } from '../serve/events.ts';
import type { ToldEvent } from '../sweep/events.ts';
import { failedItems } from '../sweep/report.ts';

/** The only fields that ever get into a log line. What is not listed cannot leak, whatever an event may carry one day. */
const FIELDS = [
  'event',
  'sweepId',
  'project',
  'messageSid',
  'mediaSid',
  'rule',
  'outcome',
  'plannedBy',
  'attempts',
  'status',
  'code',
  'durationMs',
  'mode',
  'policyHash',
  'asOf',
  'messages',
  'media',
  'planned',
  'open',
  'ms',
  'why',
  'result',
  'outcomes',
  'settledEarlier',
  'path',
  'listen',
  'nextAt',
  'slotAt',
  'slot',
  'late',
  'problems',
  'notice',
] as const;

export interface Log {
  readonly tell: (event: ToldEvent | ServeEvent) => void;
  /** Hands on what is still held back: nothing may be lost at exit. Resolves when the stream has taken it. */
  readonly flush: () => Promise<void>;
}

/** JSON lines for machines, one per outcome and one per phase, without a sentence that has to be parsed. */
export function createLog(level: LogLevel, stream: NodeJS.WritableStream): Log {
  const lines = gatheredFor(stream);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  );
  const tell = (event: ToldEvent | ServeEvent): void => {
    write(logger, event);
    if (event.event !== 'media.settled') void lines.flush(); // a phase can last for hours
  };
  return { tell, flush: lines.flush };
}

const GATHERED_MAX = 4096;

/**
 * Outcomes are gathered: a line each would otherwise cost a system call each. They go the way of everything else that is
 * said on this stream, so that lines and sentences keep their order. pino's own destination does not do here: its
 * `flushSync` never returns once nobody reads any more (EPIPE), and cuts into a line that is being written just then.
 */
function gatheredFor(stream: NodeJS.WritableStream): {
  readonly write: (line: string) => void;
  readonly flush: () => Promise<void>;
} {
  let gathered = '';
  const flush = (): Promise<void> => {
    const text = gathered;
    gathered = '';
    return new Promise((resolve) => {
      stream.write(text, () => resolve());
    });
  };
  return {
    flush,
    write(line) {
      gathered += line;
      if (gathered.length >= GATHERED_MAX) void flush();
    },
  };
}

function write(logger: Logger, event: ToldEvent | ServeEvent): void {
  const level = levelOf(event);
  if (!logger.isLevelEnabled(level)) return;
  const line: Record<string, unknown> = {};
  for (const field of FIELDS) if (field in event) line[field] = event[field as keyof typeof event];
  logger[level](line);
}

const isAsItShouldBe = (ended: ToldEvent & { readonly event: 'sweep.ended' }): boolean =>
  ended.result === 'dry-run' || (ended.result === 'complete' && failedItems(ended) === 0);

function levelOf(event: ToldEvent | ServeEvent): 'error' | 'warn' | 'info' | 'debug' {
  switch (event.event) {
    case 'page.read':
      return 'debug';
    case 'scan.distrusted':
    case 'clock.unknown':
    case 'clock.behind':
    case 'message.unlisted':
    case 'sweep.stopping':
      return 'warn';
    case 'media.settled':
      return event.outcome === 'failed' || event.outcome === 'uncertain' ? 'warn' : 'info';
    case 'sweep.ended':
      return isAsItShouldBe(event) ? 'info' : 'warn';
    case 'policy.unreadable':
    case 'ledger.unwritable':
    case 'status.failed':
      return 'error';
    case 'notice.failed':
      return 'warn';
    case 'slot.ended':
      return event.slot === 'swept' || event.slot === 'stopped' ? 'info' : 'warn';
    default:
      return 'info';
  }
}
