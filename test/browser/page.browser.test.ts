import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aStatus, STATES } from '../serve/page-samples.ts';
import { openPage, startBrowser, startServer, type Opened, type StatusServer } from './browser.ts';

/** For people to look at: nothing else can say whether the page is good. */
const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots/', import.meta.url));

let browser: Browser;
let server: StatusServer;
beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await startBrowser();
  server = await startServer();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const opened = (state: string, width = 1280): Promise<Opened> => {
  server.show(STATES[state] ?? aStatus());
  return openPage(browser, server, { viewport: { width, height: 900 } });
};

/** What axe finds, with where. Its code is run by the debugger's protocol, which no policy of the page forbids. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  expect(results.passes.length).toBeGreaterThan(15);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

const openDetails = (page: Page, isOpen: boolean): Promise<void> =>
  page.evaluate(`document.querySelector('details').open = ${isOpen}`);

describe.each(Object.keys(STATES))('where it is about "%s" the page', (state) => {
  test('has nothing that axe finds, and no noise, light and dark, on a desk and on a phone', async () => {
    await using at = await opened(state);
    for (const colorScheme of ['light', 'dark'] as const) {
      await at.page.emulateMedia({ colorScheme });
      for (const width of [1280, 390]) {
        await at.page.setViewportSize({ width, height: 900 });
        const path = `${SCREENSHOTS}${state.replaceAll(' ', '-')}-${width}-${colorScheme}.png`;
        await at.page.screenshot({ path, fullPage: true });
        await openDetails(at.page, true);
        expect([colorScheme, width, await violations(at.page)]).toEqual([colorScheme, width, []]);
        await openDetails(at.page, false);
      }
    }
    expect(at.noise).toEqual([]);
  });

  test('is as wide as its window, and its drawing can be read', async () => {
    await using at = await opened(state);
    await openDetails(at.page, true);
    // 320 pixels are a small phone, and 1280 at 400 %; 640 are 1280 at 200 %.
    for (const width of [320, 390, 640, 1280]) {
      await at.page.setViewportSize({ width, height: 900 });
      expect([width, await misfits(at.page, width)]).toEqual([width, []]);
    }
  });
});

/** What sticks out of a window of that width, or cannot be read in it. */
async function misfits(page: Page, width: number): Promise<string[]> {
  const scrollWidth = await page.evaluate<number>('document.documentElement.scrollWidth');
  const outside = await page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
    .filter((each) => !each.closest('.scroll, .skip') && each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.outerHTML.slice(0, 80))`);
  const labels = await page.evaluate<{ text: string; left: number; height: number }[]>(
    `[...document.querySelectorAll('figure text')].map((each) => {
      const { left, height } = each.getBoundingClientRect();
      return { text: each.textContent, left, height };
    })`,
  );
  const unread = labels.filter(({ left, height }) => left < 0 || height < 9.5).map(({ text }) => `label ${text}`);
  return [...(scrollWidth > width ? [`${scrollWidth} pixels wide`] : []), ...outside, ...unread];
}

test('enlarged to 200 % the state stands in the first window', async () => {
  server.show(STATES['policy unreadable'] ?? aStatus());
  await using at = await openPage(browser, server, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  const box = await at.page.locator('.state').boundingBox();
  expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(450);
});

test('printed it has all of its tables, and nothing to click', async () => {
  await using at = await opened('well');
  const isShown = (selector: string): Promise<boolean> =>
    at.page.evaluate(`document.querySelector('${selector}').checkVisibility()`);
  expect([await isShown('details table'), await isShown('summary')]).toEqual([false, true]);
  await at.page.emulateMedia({ media: 'print' });
  await expect.poll(() => isShown('details table')).toBe(true);
  expect(await isShown('summary')).toBe(false);
});

/** What has the focus: its label, or its text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`document.activeElement === document.body ? 'the page'
    : document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`);

async function tabThrough(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (let n = 0; n < 30; n++) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop === 'the page' || stop === stops[0]) break;
    stops.push(stop);
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect([stop, outline]).not.toEqual([stop, 'none']);
  }
  return stops;
}

describe('by keyboard', () => {
  test('the skip link comes first, shows itself, and leads to the state', async () => {
    await using at = await opened('items open and failed', 390);
    const link = at.page.locator('.skip');
    expect((await link.boundingBox())?.x).toBeLessThan(0);
    await at.page.keyboard.press('Tab');
    expect(await focused(at.page)).toBe('Skip to the state');
    const box = await link.boundingBox();
    expect([(box?.x ?? -1) >= 0, (box?.y ?? -1) >= 0]).toEqual([true, true]);
    await at.page.keyboard.press('Enter');
    expect(new URL(at.page.url()).hash).toBe('#main');
    await at.page.keyboard.press('Tab');
    expect(await focused(at.page)).toBe('Projects and their last sweeps');
  });

  test('every table and the details are reached, in their order', async () => {
    await using at = await opened('items open and failed', 390);
    const before = ['Skip to the state', 'Projects and their last sweeps', 'Day by day, as a table'];
    const after = [
      'Retained media of main, by reason',
      'Retained media of clinic-messages, by reason',
      'Open items of clinic-messages',
      'Items of clinic-messages that failed in the last sweep',
    ];
    expect(await tabThrough(at.page)).toEqual([...before, ...after]);
    await at.page.locator('summary').focus();
    await at.page.keyboard.press('Enter');
    expect(await tabThrough(at.page)).toEqual(['Outcomes per day, as a table', ...after]);
  });

  test('a table that is too wide scrolls, and nothing else does', async () => {
    await using at = await opened('items open and failed', 390);
    const region = at.page.getByRole('region', { name: 'Open items of clinic-messages' });
    await region.focus();
    for (let n = 0; n < 5; n++) await at.page.keyboard.press('ArrowRight');
    await expect.poll(() => region.evaluate((each) => each.scrollLeft)).toBeGreaterThan(20);
    expect(await at.page.evaluate('scrollX')).toBe(0);
  });
});

test('what a page of ours never has would not run, load or be sent, and would be noticed', async () => {
  await using at = await opened('well');
  await at.page.evaluate(`
    document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hasRun = true' }));
    document.body.append(Object.assign(document.createElement('img'), { src: '/metrics' }));
    document.body.setAttribute('style', 'color: red');`);
  await expect.poll(() => at.noise.filter((each) => each.includes('Content Security Policy')).length).toBe(3);
  expect(await at.page.evaluate('[window.hasRun, getComputedStyle(document.body).color]')).not.toContain(
    'rgb(255, 0, 0)',
  );
  expect(await at.page.evaluate('window.hasRun')).toBeUndefined();
});

describe('behind a token', () => {
  const TOKEN = 'correct-horse-battery-staple';
  let guarded: StatusServer;
  beforeAll(async () => {
    guarded = await startServer(TOKEN);
  });
  afterAll(() => guarded?.close());

  test('the page opens for whoever gives it as a password', async () => {
    await using at = await openPage(browser, guarded, { httpCredentials: { username: 'anybody', password: TOKEN } });
    expect(await at.page.title()).toBe('All is well · media retention');
  });

  test.each(['another password', ''])('and does not for who gives %j', async (password) => {
    await using at = await openPage(browser, guarded, { httpCredentials: { username: 'anybody', password } });
    expect(await at.page.locator('body').textContent()).toBe('Unauthorized');
  });

  test('and who gives none is asked, for which nobody is there', async () => {
    await expect(openPage(browser, guarded)).rejects.toThrow('ERR_INVALID_AUTH_CREDENTIALS');
  });
});
