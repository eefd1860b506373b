import { html, raw } from 'hono/html';
import { age, count, instant } from '../../lib/format.ts';
import { plot } from './plot.ts';
import type { Html } from './html.ts';
import { attentionTables, projectTable, retainedTables } from './tables.ts';
import { verdictOn, type PolicyView, type Status } from './state.ts';
import { STYLE } from './style.ts';

/** The status page: text and tables in the order of what matters, without a script or anything that is loaded. */
export async function statusPage(status: Status): Promise<string> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${verdictOn(status).title} · media retention</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the state</a>
        <header><h1>Media retention</h1></header>
        <main id="main">
          ${state(status)} ${guarding(status)}
          <h2>Projects</h2>
          ${projectTable(status)}
          <h2>Outcomes per day</h2>
          ${plot(status.days)}
          <h2>Retained, and why</h2>
          ${retainedTables(status)}
          <h2>Open and failed items</h2>
          ${attentionTables(status)}
          <h2>The policy in words</h2>
          ${policyInWords(status.policy)}
        </main>
        <footer>
          <p>As of ${instant(status.now)}. media-retention ${status.version}. Reload the page for newer figures.</p>
        </footer>
      </body>
    </html>`;
  return String(await page);
}

/** To the letter: the policy of the page allows a style sheet by its hash. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

function state(status: Status): Html {
  const { kind, title, detail } = verdictOn(status);
  return html`<div class="state ${kind}" role="status"><strong>${title}</strong>${detail}</div>`;
}

function guarding({ policy, projects, nextSlotAt, sweepingSince, now, ledgerBytes, isLedgerWritable }: Status): Html {
  const rows: [string, string][] = [
    ['Guarding', projects.map(({ project }) => project).join(', ')],
    ['Mode', policy.mode === 'enforce' ? 'enforce: sweeps delete' : 'dry-run: nothing is ever deleted'],
    ['Policy', `${policy.file} (${policy.policyHash.slice(0, 8)})${policy.isReadable ? '' : ', as it was last read'}`],
    ['Schedule', `${policy.schedule} (${policy.timezone})`],
    ['Next sweep', nextSlotAt ? `${instant(nextSlotAt)}, in ${age(nextSlotAt.getTime() - now.getTime())}` : 'never'],
    ['Sweeping now', sweepingSince ? `for ${age(now.getTime() - sweepingSince.getTime())}` : 'no'],
    ['Ledger', `${size(ledgerBytes)}${isLedgerWritable ? '' : ', cannot be written'}`],
  ];
  return html`<h2>What it guards</h2>
    <dl>
      ${rows.map(
        ([term, text]) =>
          html`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>`;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const size = (bytes: number): string =>
  bytes < 10 * GIB ? `${count(Math.ceil(bytes / MIB))} MiB` : `${count(Math.round(bytes / GIB))} GiB`;

function policyInWords({ words, isReadable }: PolicyView): Html {
  return html`${isReadable ? '' : html`<p class="bad-text">As it was last read; the file has changed since and cannot be used.</p>`}
    ${words.rules.length > 0 ? list(words.rules) : ''}
    <p>Otherwise: ${words.otherwise} Of several rules the longest counts.</p>
    <h3>Holds</h3>
    ${words.holds.length > 0 ? list(words.holds) : html`<p class="faint">None.</p>`}`;
}

const list = (entries: readonly { readonly id: string; readonly sentence: string }[]): Html =>
  html`<ul class="words">
    ${entries.map(({ id, sentence }) => html`<li><strong>${id}</strong>: ${sentence}</li>`)}
  </ul>`;
