import { Option } from 'commander';
import { FAULT_KINDS, type Faults } from '../emulator/faults.ts';
import { SWITCH_POSITIONS, type Switches } from '../emulator/switches.ts';
import { UsageError } from './usage-error.ts';

/** A flag for each switch and each fault of the emulator, made of its own tables so that none can be missing. */
export function switchAndFaultOptions(): Option[] {
  return [...SWITCHES.map(switchOption), ...FAULT_KINDS.map(rateOption), ...FIGURES.map(figureOption)];
}

/** The switches and faults that `options`, as commander read them, ask for. @throws {UsageError} */
export function switchesAndFaults(options: Readonly<Record<string, unknown>>): {
  switches: Partial<Switches>;
  faults: Partial<Faults>;
} {
  const given = <T extends string>(names: readonly T[]): T[] => names.filter((name) => options[name] !== undefined);
  return {
    switches: Object.fromEntries(given(SWITCHES).map((name) => [name, position(name, String(options[name]))])),
    faults: Object.fromEntries([
      ...given(FAULT_KINDS).map((name) => [name, rate(name, String(options[name]))]),
      ...given(FIGURES).map((name) => [name, figure(name, String(options[name]))]),
    ]),
  };
}

const SWITCHES = Object.keys(SWITCH_POSITIONS) as (keyof Switches)[];
const FIGURES = ['retryAfterSeconds', 'slowForMs', 'lateByMs'] as const satisfies readonly (keyof Faults)[];

const flag = (name: string): string => `--${name.replaceAll(/[A-Z]|\d+$/g, (part) => `-${part.toLowerCase()}`)}`;
const labelOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.entries(value).join().replace(',', ':') : String(value);

const switchOption = (name: keyof Switches): Option =>
  new Option(`${flag(name)} <position>`, `switch: ${SWITCH_POSITIONS[name].map(labelOf).join(' | ')}`);
const rateOption = (name: string): Option => new Option(`${flag(name)} <rate>`, 'fault: share of requests, 0 to 1');
const figureOption = (name: string): Option => new Option(`${flag(name)} <n>`, 'fault: a figure of it');

function position(name: keyof Switches, text: string): unknown {
  const known = SWITCH_POSITIONS[name].find((each) => labelOf(each) === text);
  if (known !== undefined) return known;
  if (name === 'listLagMs') return figure(name, text);
  const ahead = /^aheadMs:(-?\d{1,9})$/.exec(text);
  if (name === 'dateHeader' && ahead) return { aheadMs: Number(ahead[1]) };
  throw new UsageError(
    `${flag(name)} ${text}: no such position. Expected ${SWITCH_POSITIONS[name].map(labelOf).join(', ')}.`,
  );
}

function rate(name: string, text: string): number {
  const value = /^[0-9.]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1))
    throw new UsageError(`${flag(name)} ${text}: not a rate. Expected a number from 0 to 1.`);
  return value;
}

function figure(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new UsageError(`${flag(name)} ${text}: not a whole number.`);
  return Number(text);
}
