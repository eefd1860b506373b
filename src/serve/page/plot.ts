import { scaleBand, scaleLinear } from 'd3-scale';
import { html, raw } from 'hono/html';
import { count } from '../../lib/format.ts';
import type { Day } from '../../ledger/entries.ts';
import type { Html } from './html.ts';

/** Small enough for its text to be read on a phone, where the whole drawing is 300 pixels wide and its text twice as large. */
const WIDTH = 720;
const HEIGHT = 260;
const MARGIN = { top: 12, right: 4, bottom: 32 };
/** Of a figure on the left, at its largest. */
const DIGIT = 12;

/** From the bottom of a bar upwards. What was not sent is no work done, and would dwarf the rest. */
const SHOWN = ['deleted', 'already-gone', 'deferred', 'failed', 'uncertain'] as const;
type ShownOutcome = (typeof SHOWN)[number];

/** Outcomes per day as stacked bars, and the same figures as a table for whoever cannot see them. */
export function plot(days: readonly Day[]): Html {
  const isAny = days.some(({ outcomes }) => SHOWN.some((outcome) => outcomes[outcome] > 0));
  const figure = html`<figure class="plot">
    ${drawing(days)}
    <ul class="legend">
      ${SHOWN.map((outcome) => html`<li>${swatch(outcome)}${outcome}</li>`)}
    </ul>
  </figure>`;
  const nothing = html`<p class="faint">Nothing was sent for deletion in the last ${days.length} days.</p>`;
  return html`${isAny ? figure : nothing}
    <details>
      <summary>Day by day, as a table</summary>
      <div class="scroll" role="region" aria-label="Outcomes per day, as a table" tabindex="0">${asTable(days)}</div>
    </details>`;
}

function drawing(days: readonly Day[]): Html {
  const most = Math.max(1, ...days.map(({ outcomes }) => SHOWN.reduce((sum, each) => sum + outcomes[each], 0)));
  const y = scaleLinear([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const lines = y.ticks(4).filter(Number.isInteger);
  const left = 10 + DIGIT * count(lines.at(-1) ?? 0).length;
  const x = scaleBand(
    days.map(({ day }) => day),
    [left, WIDTH - MARGIN.right],
  ).padding(0.2);
  const deleted = days.reduce((sum, { outcomes }) => sum + outcomes.deleted, 0);
  const label = `Outcomes per day of the last ${days.length} days: ${count(deleted)} deleted in all. The figures are in the table below.`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${lines.map(
      (at) =>
        html`<line x1="${left}" x2="${WIDTH - MARGIN.right}" y1="${fixed(y(at))}" y2="${fixed(y(at))}" />
          <text x="${left - 6}" y="${fixed(y(at) + 4)}" text-anchor="end">${count(at)}</text>`,
    )}
    ${days.map((day, at) => bar(day, x(day.day) ?? 0, x.bandwidth(), y, (days.length - 1 - at) % 5 === 0))}
  </svg>`;
}

function bar(
  { day, outcomes }: Day,
  x: number,
  width: number,
  y: (value: number) => number,
  isLabelled: boolean,
): Html {
  let below = 0;
  const parts = SHOWN.filter((outcome) => outcomes[outcome] > 0).map((outcome) => {
    const [from, to] = [y(below), y(below + outcomes[outcome])];
    below += outcomes[outcome];
    return html`<rect
      class="${outcome}"
      x="${fixed(x)}"
      width="${fixed(width)}"
      y="${fixed(to)}"
      height="${fixed(from - to)}"
    />`;
  });
  const label = isLabelled
    ? html`<text x="${fixed(x + width)}" y="${HEIGHT - 8}" text-anchor="end">${day.slice(5)}</text>`
    : raw('');
  return html`${parts}${label}`;
}

const fixed = (n: number): string => n.toFixed(1);

const swatch = (outcome: ShownOutcome): Html =>
  html`<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${outcome}" width="10" height="10" /></svg>`;

function asTable(days: readonly Day[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">day (UTC)</th>
        <th scope="col" class="n">sweeps</th>
        ${SHOWN.map((outcome) => html`<th scope="col" class="n">${outcome}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${days.toReversed().map(
        ({ day, sweeps, outcomes }) =>
          html`<tr>
            <th scope="row">${day}</th>
            <td class="n">${count(sweeps)}</td>
            ${SHOWN.map((outcome) => html`<td class="n">${count(outcomes[outcome])}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
