import { spreadOf, table, type Spread } from './figures.ts';
import type { Contender, Measurement, Setting } from './measure.ts';

export interface Line extends Setting, Contender {
  readonly rounds: number;
  readonly itemsPerSecond: Spread;
  readonly wholeItemsPerSecond: Spread;
  readonly requestsPerItem: number;
  readonly cpuUsPerItem: Spread;
  readonly peakBytes: Spread;
  /** The service's CPU over the time it took: near 1 it is what bounds the contender. */
  readonly serviceLoad: Spread;
  /** Of items per second, taken round by round; `undefined`: there is nothing to compare with. */
  readonly toFloor: Spread | undefined;
  readonly toSdk: Spread | undefined;
}

/** What came of all rounds, in the order in which settings and contenders first turn up. */
export function compare(all: readonly Measurement[]): Line[] {
  const groups = Map.groupBy(all, ({ latencyMs, lanes, name, verify }) => `${latencyMs} ${lanes} ${name} ${verify}`);
  return [...groups.values()].map((turns) => lineOf(turns, all));
}

const count = ({ requests }: Measurement): number => Object.values(requests).reduce((sum, each) => sum + each, 0);
const rate = ({ items, windowMs }: Measurement): number => (items * 1000) / windowMs;

function lineOf(turns: readonly Measurement[], all: readonly Measurement[]): Line {
  const [{ latencyMs, lanes, messages, name, verify }] = turns as readonly [Measurement];
  const inSetting = all.filter((each) => each.latencyMs === latencyMs && each.lanes === lanes);
  const ratios = (to: (other: Measurement) => boolean): Spread | undefined => {
    const found = turns.flatMap((turn) =>
      inSetting.filter((other) => other.round === turn.round && to(other)).map((other) => rate(turn) / rate(other)),
    );
    return found.length > 0 ? spreadOf(found) : undefined;
  };
  const per = (value: (turn: Measurement) => number): Spread => spreadOf(turns.map(value));
  return {
    latencyMs,
    lanes,
    messages,
    name,
    verify,
    rounds: turns.length,
    itemsPerSecond: per(rate),
    wholeItemsPerSecond: per(({ items, wallMs }) => (items * 1000) / wallMs),
    requestsPerItem: per((turn) => count(turn) / turn.items).median,
    cpuUsPerItem: per(({ cpuUs, items }) => cpuUs / items),
    peakBytes: per(({ peakBytes }) => peakBytes),
    serviceLoad: per(({ serviceCpuUs, windowMs }) => serviceCpuUs / 1000 / windowMs),
    toFloor: name === 'floor' ? undefined : ratios((other) => other.name === 'floor' && other.verify === verify),
    toSdk: name === 'sdk' ? undefined : ratios((other) => other.name === 'sdk'),
  };
}

const HEAD =
  'latency,lanes,contender,verify,messages,items/s,min–max,whole,req/item,CPU µs/item,peak MiB,service,× floor,min–max,× SDK'.split(
    ',',
  );

export const showLines = (lines: readonly Line[]): string => table(HEAD, lines.map(cells), 4);

function cells(line: Line): string[] {
  const { latencyMs, lanes, name, verify, messages, itemsPerSecond, toFloor, toSdk } = line;
  return [
    `${latencyMs} ms`,
    String(lanes),
    name === 'sdk' ? (lanes === 1 ? 'sdk-serial' : `sdk-${lanes}`) : name,
    verify,
    String(messages),
    whole(itemsPerSecond.median),
    `${whole(itemsPerSecond.min)}–${whole(itemsPerSecond.max)}`,
    whole(line.wholeItemsPerSecond.median),
    line.requestsPerItem.toFixed(2),
    whole(line.cpuUsPerItem.median),
    whole(line.peakBytes.median / 1024 / 1024),
    `${whole(line.serviceLoad.median * 100)} %`,
    toFloor ? toFloor.median.toFixed(2) : '',
    toFloor ? `${toFloor.min.toFixed(2)}–${toFloor.max.toFixed(2)}` : '',
    toSdk ? toSdk.median.toFixed(1) : '',
  ];
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
