import { createLog } from '../app/log.ts';
import type { Settings } from '../app/settings.ts';
import type { ServeEvent } from '../serve/events.ts';
import type { Io } from './io.ts';

/** Tells what happens beside a sweep. A person at a terminal reads no JSON, unless they have asked for it. */
export interface Beside {
  readonly tell: (event: ServeEvent) => void;
  readonly flush: () => Promise<void>;
}

export const isForPeople = ({ logLevelGiven }: Settings, { err }: Io): boolean => err.isTTY && !logLevelGiven;

export function beside(settings: Settings, io: Io): Beside {
  const log = createLog(settings.logLevel, io.err);
  return isForPeople(settings, io) ? { tell: (event) => void io.err.write(inSentence(event)), flush: log.flush } : log;
}

function inSentence(event: ServeEvent): string {
  switch (event.event) {
    case 'notice.failed':
      return `Warning: the notification "${event.notice}" could not be sent (${event.why}).\n`;
    case 'ledger.made':
      return `A new ledger was made at ${event.path}: nothing is known of earlier sweeps.\n`;
    default:
      return '';
  }
}
