/** What a Prometheus server would read. */
export interface Exposed {
  readonly types: ReadonlyMap<string, string>;
  /** Values by name and labels, these in the order of their names: `media_retention_sweeps_total{project="main",result="failed"}`. */
  readonly series: ReadonlyMap<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i;

/** Reads Prometheus' text format to the letter. @throws {SyntaxError} on whatever a Prometheus server would not take */
export function exposed(text: string): Exposed {
  if (!text.endsWith('\n')) throw new SyntaxError('the last line has no end');
  const types = new Map<string, string>();
  const series = new Map<string, number>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, about = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (kind === 'TYPE' && types.has(about)) throw new SyntaxError(`a second type: ${line}`);
    if (kind === 'TYPE') types.set(about, rest);
    if (kind !== undefined || line === '') continue;
    const [, name = '', inner = '', value = ''] = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`).exec(line) ?? [];
    const labels = [...inner.matchAll(LABEL)];
    const read = labels.reduce((length, [whole]) => length + whole.length, 0);
    if (name === '' || read !== inner.length || !VALUE.test(value)) throw new SyntaxError(`not understood: ${line}`);
    const sorted = labels.map(([, label, of]) => `${label}="${of}"`).toSorted();
    const key = sorted.length > 0 ? `${name}{${sorted.join()}}` : name;
    if (series.has(key)) throw new SyntaxError(`twice: ${line}`);
    series.set(key, Number(value));
  }
  return { types, series };
}
