import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { listen, statusApp, type Listening } from '../../src/serve/server.ts';
import { statusPage } from '../../src/serve/page/page.ts';
import type { Status } from '../../src/serve/page/state.ts';
import { answers, aStatus } from '../serve/page-samples.ts';

/** @throws where there is none, naming the package that brings it */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install it (Debian, Ubuntu: the package "chromium"), or name one in CHROMIUM.`,
    );
  }
  // It reports home and updates itself otherwise; a test machine has no GPU, and root no sandbox.
  const quiet = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map((each) => `--disable-${each}`);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet] });
}

/** The status server on a real socket. */
export interface StatusServer extends Listening {
  /** What its page is about from now on. */
  show(status: Status): void;
}

export async function startServer(token?: string): Promise<StatusServer> {
  let shown = aStatus();
  const guard = { token: token === undefined ? undefined : () => token };
  const server = await listen(statusApp(answers({ page: () => statusPage(shown) }), guard), {
    host: '127.0.0.1',
    port: 0,
  });
  return {
    ...server,
    show(status) {
      shown = status;
    },
  };
}

export interface Opened {
  readonly page: Page;
  /** Everything that a good page does without: messages, errors, requests that failed or went elsewhere. */
  readonly noise: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the page in a context of its own. */
export async function openPage(
  browser: Browser,
  { origin }: Listening,
  how: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...how });
  const page = await context.newPage();
  const noise: string[] = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== `${origin}/`) noise.push(`asked for ${request.url()}`);
  });
  page.on('requestfailed', (request) => noise.push(`failed: ${request.url()}`));
  await page.goto(origin);
  return { page, noise, [Symbol.asyncDispose]: () => context.close() };
}
