import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MediaSid, MessageSid } from '../../src/retention/resource.ts';
import { statusPage } from '../../src/serve/page/page.ts';
import type { Status } from '../../src/serve/page/state.ts';
import { partsOf } from './html.ts';
import { aLastSweep, anItem, aStatus, figures, outcomes, STATES, view } from './page-samples.ts';

/** A page with `text` wherever something can be put in that does not come from this program. */
function filledWith(text: string): Status {
  const entry = { id: text, sentence: text };
  const item = anItem(1, { messageSid: text as MessageSid, mediaSid: text as MediaSid, rule: text });
  const failed = { ...item, outcome: 'failed', why: text as 'refused' } as const;
  return aStatus({
    version: text,
    policy: view({
      file: text,
      policyHash: text,
      schedule: text,
      timezone: text,
      problems: [text],
      isReadable: false,
      words: { rules: [entry], holds: [entry], otherwise: text },
    }),
    projects: [
      figures({
        project: text,
        last: aLastSweep({ result: text as 'complete', retained: { [text]: 1 } }),
        attention: { open: [item], failed: [failed] },
      }),
    ],
    days: [{ day: text, sweeps: 1, outcomes: outcomes({ deleted: 1 }) }],
    reasons: { [text]: text },
  });
}

const skeletonOf = async (text: string): Promise<string[]> =>
  partsOf(await statusPage(filledWith(text))).tags.map(
    ({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`,
  );

describe('F10 what is put in', () => {
  const nasty = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    '</title></style><script>',
    'a & b &amp; c &lt;d&gt; &#x3c;',
    '<!-- x',
    ']]><svg onload=alert(1)>',
    '{{7*7}}${7*7}',
  ];

  test.each(nasty)('stays text: %s', async (text) => {
    expect(await skeletonOf(text)).toEqual(await skeletonOf('plain'));
    const read = partsOf(await statusPage(filledWith(text))).text;
    expect(read.split(text).length - 1).toBeGreaterThanOrEqual(20); // it is there, to the letter
  });

  test('stays text, whatever it is', async () => {
    const plain = await skeletonOf('plain');
    const unit = fc.oneof(
      fc.constantFrom('<', '>', '&', '"', "'", '`', '/', '=', ';', '-', '!', '\n', '\u2028', 'script'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, minLength: 1, maxLength: 30 }), async (text) => {
        expect(await skeletonOf(text)).toEqual(plain);
      }),
      { numRuns: 60 },
    );
  });

  test('would be noticed if it did not', () => {
    expect(() => partsOf('<p>a < b</p>')).toThrow('no HTML of ours: < b');
    expect(() => partsOf('<p title="a" b"c">x</p>')).toThrow('no HTML of ours');
    expect(() => partsOf('<p>a & b</p>')).toThrow('not escaped: &');
    expect(partsOf('<p><b class="x y" hidden>1 &lt; 2</b></p>')).toEqual({
      tags: [
        { name: 'p', attributes: {} },
        { name: 'b', attributes: { class: 'x y', hidden: '' } },
        ...['/b', '/p'].map((name) => ({ name, attributes: {} })),
      ],
      text: '1 < 2',
    });
  });
});

test.each(Object.keys(STATES))(
  'F10 where it is about "%s" nothing is loaded, run, sent or linked to',
  async (state) => {
    const page = await statusPage(STATES[state] ?? aStatus());
    const { tags } = partsOf(page);
    const names = new Set(tags.map(({ name }) => name));
    for (const name of [
      'script',
      'link',
      'img',
      'iframe',
      'object',
      'embed',
      'form',
      'input',
      'button',
      'base',
      'use',
      'image',
    ])
      expect(names.has(name)).toBe(false);
    const attributes = tags.flatMap((tag) => Object.entries(tag.attributes));
    expect(attributes.filter(([name]) => /^(?:on|src|action|style|data|xlink|http-equiv)/.test(name))).toEqual([]);
    expect(attributes.filter(([name]) => name === 'href')).toEqual([['href', '#main']]);
    expect(tags.filter((tag) => tag.attributes['id'] === 'main')).toHaveLength(1);
    expect(page).not.toMatch(/https?:|url\(|@import/i);
  },
);
