import { html, raw } from 'hono/html';
import type { KnownItem } from '../../ledger/entries.ts';
import { age, count, duration, instant } from '../../lib/format.ts';
import { overdueMs, type ProjectFigures } from '../figures.ts';
import type { Html } from './html.ts';
import type { Status } from './state.ts';

/** A table that scrolls by itself where it is too wide, also by keyboard. */
function table(label: string, head: readonly Cell[], rows: readonly Html[]): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map(({ text, isNumber }) => html`<th scope="col" class="${isNumber ? 'n' : ''}">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

interface Cell {
  readonly text: string;
  readonly isNumber: boolean;
}

const text = (name: string): Cell => ({ text: name, isNumber: false });
const number = (name: string): Cell => ({ text: name, isNumber: true });

export function projectTable({ projects, now }: Status): Html {
  const head = [
    text('project'),
    text('overdue for'),
    text('result'),
    number('due'),
    number('deleted'),
    number('failed'),
    number('open'),
    text('last sweep (UTC)'),
    number('took'),
    text('last complete (UTC)'),
  ];
  return table(
    'Projects and their last sweeps',
    head,
    projects.map((figures) => projectRow(figures, now)),
  );
}

function projectRow(figures: ProjectFigures, now: Date): Html {
  const { project, last, lastCompleteAt, openItems } = figures;
  const overdue = overdueMs(figures, now);
  const found = last
    ? html`<td class="${resultClass(last.result)}">${last.result}</td>
        <td class="n">${count(last.planned)}</td>
        <td class="n">${count(last.outcomes.deleted)}</td>
        <td class="n">${count(last.outcomes.failed)}</td>`
    : html`<td colspan="4" class="faint">not swept yet</td>`;
  return html`<tr>
    <th scope="row">${project}</th>
    <td>${overdueInWords(overdue)}</td>
    ${found}
    <td class="n">${count(openItems)}</td>
    <td>${last ? minute(last.endedAt) : 'never'}</td>
    <td class="n">${last ? duration(last.endedAt.getTime() - last.startedAt.getTime()) : ''}</td>
    <td>${lastCompleteAt ? minute(lastCompleteAt) : 'never'}</td>
  </tr>`;
}

/** `2026-11-23 03:00`. */
const minute = (at: Date): string => instant(at).slice(0, 16);

function overdueInWords(ms: number | undefined): string {
  if (ms === undefined) return 'not known yet';
  return ms === 0 ? 'nothing is' : age(ms);
}

function resultClass(result: string): string {
  if (result === 'complete') return 'good-text';
  return result === 'failed' || result === 'refused' ? 'bad-text' : 'warn-text';
}

export function retainedTables({ projects, reasons }: Status): Html {
  return html`${projects.map(({ project, last }) => {
    const rows = Object.entries(last?.retained ?? {}).toSorted(([, a], [, b]) => b - a);
    if (rows.length === 0)
      return html`<h3>${project}</h3>
        <p class="faint">Nothing was retained so far.</p>`;
    return html`<h3>${project}</h3>
      ${table(
        `Retained media of ${project}, by reason`,
        [text('reason'), number('media'), text('in words')],
        rows.map(
          ([reason, media]) =>
            html`<tr>
              <th scope="row">${reason}</th>
              <td class="n">${count(media)}</td>
              <td class="wide">${reasons[reason] ?? ''}</td>
            </tr>`,
        ),
      )}`;
  })}`;
}

/** Names them, up to a few of each: the ledger's export has all. */
export function attentionTables({ projects }: Status): Html {
  const parts = projects.flatMap((figures) => {
    const { project, attention, last, openItems } = figures;
    return [
      items(`Open items of ${project}`, attention.open, openItems),
      items(`Items of ${project} that failed in the last sweep`, attention.failed, last?.outcomes.failed ?? 0),
    ];
  });
  const shown = parts.filter((part) => part !== undefined);
  if (shown.length === 0)
    return html`<p class="good-text">None: every item that was sent is settled, and none failed.</p>`;
  return html`<p>Open items are settled by the next sweep. Failed ones are still there, and are planned again.</p>
    ${shown}`;
}

function items(label: string, known: readonly KnownItem[], all: number): Html | undefined {
  if (known.length === 0) return undefined;
  const more = Math.max(0, all - known.length);
  const withWhy = known.some(({ why }) => why !== undefined);
  const head = ['message', 'media', 'rule', 'expired (UTC)', ...(withWhy ? ['why'] : [])].map(text);
  return html`<h3>${label}</h3>
    ${table(
      label,
      head,
      known.map((item) => itemRow(item, withWhy)),
    )}
    ${more > 0 ? html`<p>… and ${count(more)} more: "ledger export" names them all.</p>` : raw('')}`;
}

const itemRow = ({ messageSid, mediaSid, rule, expiredAt, why }: KnownItem, withWhy: boolean): Html =>
  html`<tr>
    <td class="sid">${messageSid}</td>
    <td class="sid">${mediaSid}</td>
    <td>${rule}</td>
    <td>${minute(expiredAt)}</td>
    ${withWhy ? html`<td>${why ?? ''}</td>` : ''}
  </tr>`;
