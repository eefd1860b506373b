import { SingleBar } from 'cli-progress';
import { unreachable } from '../../lib/exhaustive.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ToldEvent } from '../../sweep/events.ts';
import { count, duration } from '../../lib/format.ts';

export interface Progress {
  readonly tell: (event: ToldEvent) => void;
  /** Takes the bar off the terminal, so that what is printed next stands alone. */
  readonly end: () => void;
}

export const noProgress: Progress = { tell: () => {}, end: () => {} };

/** A bar with rate, counts and time left, for a person who watches. Only for a terminal. */
export function progressOn(stream: NodeJS.WriteStream, clock: Clock): Progress {
  let bar: SingleBar | undefined;
  let counts = newCounts(clock);
  const end = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const show = (format: string, total: number, payload: object): void => {
    end();
    bar = new SingleBar({ ...LOOKS, stream, format });
    bar.start(total, 0, payload);
  };
  const warn = (sentence: string): void => {
    end();
    stream.write(`Warning: ${sentence}\n`);
    show(PLANNING, 0, { messages: '0', media: '0', planned: '0' });
  };
  const tell = (event: ToldEvent): void => {
    switch (event.event) {
      case 'sweep.planning':
        return show(PLANNING, 0, { messages: '0', media: '0', planned: '0' });
      case 'page.read': {
        const { messages, media, planned } = event;
        return bar?.update(messages, { messages: count(messages), media: count(media), planned: count(planned) });
      }
      case 'sweep.executing':
        counts = newCounts(clock);
        return show(EXECUTING, event.planned, { all: count(event.planned), ...shown(counts, clock) });
      case 'media.settled':
        counts.done++;
        if (event.outcome === 'failed') counts.failed++;
        return bar?.update(counts.done, shown(counts, clock));
      case 'sweep.waiting':
        return show(WAITING, 0, { open: event.open, wait: duration(event.ms) });
      case 'sweep.stopping':
        return show(STOPPING, 0, {});
      case 'sweep.ended':
        return end();
      case 'scan.distrusted':
        return warn('the API does not filter messages as it says: all of them are read.');
      case 'clock.unknown':
        return warn('the API gives no readable Date, so nothing shows whether the clock of this machine is right.');
      case 'clock.behind':
        return warn(`the clock of this machine is ${duration(event.ms)} behind the API's: what is due goes later.`);
      case 'sweep.started':
      case 'sweep.settling':
      case 'sweep.planned':
      case 'message.unlisted': // counted in the table of what is retained
        return undefined;
      default:
        return unreachable(event);
    }
  };
  return { tell, end };
}

const LOOKS = { hideCursor: true, clearOnComplete: true, gracefulExit: false, etaBuffer: 500, fps: 10, barsize: 24 };

interface Counts {
  done: number;
  failed: number;
  readonly startedMs: number;
}

const newCounts = (clock: Clock): Counts => ({ done: 0, failed: 0, startedMs: clock.monotonicMs() });

function shown({ done, failed, startedMs }: Counts, clock: Clock): object {
  const seconds = Math.max(0.001, (clock.monotonicMs() - startedMs) / 1000);
  return { done: count(done), failed: count(failed), rate: count(Math.round(done / seconds)) };
}

const PLANNING = 'Reading   {messages} messages, {media} media, {planned} due   {duration_formatted}';
const EXECUTING = 'Deleting  [{bar}] {done}/{all}   {failed} failed   {rate}/s, {eta_formatted} left';
const WAITING = 'Waiting   {open} without a trustworthy answer can be settled after {wait}   {duration_formatted}';
const STOPPING = 'Stopping  what has been sent gets its answer   {duration_formatted}';
