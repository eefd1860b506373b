import pino, { type DestinationStream, type Logger } from 'pino';
import type { ToldEvent } from '../sweep/events.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** The only fields that ever get into a log line. What is not listed cannot leak, whatever an event may carry one day. */
const FIELDS = [
  'event',
  'sweepId',
  'project',
  'messageSid',
  'mediaSid',
  'rule',
  'outcome',
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
] as const;

export interface Log {
  readonly tell: (event: ToldEvent) => void;
  /** Everything told so far is written on return. Nothing of a buffer may be lost at exit. */
  readonly flush: () => void;
}

/** JSON lines for machines, one per outcome and one per phase, without a sentence that has to be parsed. */
export function createLog(level: LogLevel, destination: DestinationStream & { flushSync?(): void }): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return { tell: (event) => write(logger, event), flush: () => destination.flushSync?.() };
}

/** Buffered: a line per outcome would otherwise cost a system call each. */
export const logTo = (fd: 1 | 2): ReturnType<typeof pino.destination> =>
  pino.destination({ dest: fd, sync: false, minLength: 4096 });

function write(logger: Logger, event: ToldEvent): void {
  const level = levelOf(event);
  if (!logger.isLevelEnabled(level)) return;
  const line: Record<string, unknown> = {};
  for (const field of FIELDS) if (field in event) line[field] = event[field as keyof ToldEvent];
  logger[level](line);
}

function levelOf(event: ToldEvent): 'warn' | 'info' | 'debug' {
  switch (event.event) {
    case 'page.read':
      return 'debug';
    case 'clock.unknown':
    case 'clock.behind':
    case 'message.unlisted':
    case 'sweep.stopping':
      return 'warn';
    case 'media.settled':
      return event.outcome === 'failed' || event.outcome === 'uncertain' ? 'warn' : 'info';
    case 'sweep.ended':
      return event.result === 'complete' || event.result === 'dry-run' ? 'info' : 'warn';
    default:
      return 'info';
  }
}
