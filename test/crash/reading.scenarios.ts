import { mixed, old, young } from './account.ts';
import { error, html, reply, reset, timeout, type Act, type Script } from './api.ts';
import type { Scenario } from './scenario.ts';

const ACCOUNT = [old(1, 2), old(2), young(3), old(4)];
const PAGES = '/api/laml/2010-04-01/Accounts/project-1/Messages.json';

const pages =
  (...acts: readonly (Act | undefined)[]): (() => Script) =>
  () =>
  ({ kind, nth }) =>
    kind === 'page' ? acts[nth - 1] : undefined;

/** For the lists of a message from its `again`th on; the first one is the plan's. */
const lists =
  (act: Act, from: number, to = from): (() => Script) =>
  () =>
  ({ kind, again }) =>
    kind === 'list' && again >= from && again <= to ? act : undefined;

/** What reading the account is like. */
export const READING: readonly Scenario[] = [
  { name: 'plain', account: ACCOUNT, whole: 'complete: 4 deleted' },
  {
    name: 'several media of each message',
    account: [old(1, 5), old(2, 4), young(3, 3), mixed(4)],
    whole: 'complete: 10 deleted',
  },
  {
    name: 'pages of two messages',
    account: [...ACCOUNT, old(5, 2), young(6), old(7)],
    api: { pageSize: 2 },
    whole: 'complete: 7 deleted',
  },
  {
    name: 'lists of media over two pages',
    account: [old(1, 5), old(2, 3), young(3)],
    api: { mediaPageSize: 2 },
    whole: 'complete: 8 deleted',
  },
  {
    name: 'messages and media listed twice',
    account: [old(1, 2, { listedTimes: 2, picturesTimes: 2 }), old(2, 1, { listedTimes: 2 }), young(3)],
    api: { pageSize: 2 },
    whole: 'complete: 3 deleted',
  },
  { name: 'an empty account', account: [], whole: 'complete: nothing' },
  { name: 'nothing due', account: [young(1), young(2, 2)], whole: 'complete: nothing' },
  {
    name: 'messages in progress, and of unknown status',
    account: [
      ...ACCOUNT,
      old(5, 1, { status: 'queued', fate: 'stays' }),
      old(6, 2, { status: 'teleported', fate: 'stays' }),
    ],
    whole: 'complete: 4 deleted',
  },
  {
    name: 'a date that cannot be read',
    account: [...ACCOUNT, old(5, 2, { createdAt: 'Sat, 15 Sept 2018 03:00:00 +0000', fate: 'stays' })],
    whole: 'complete: 4 deleted',
  },
  {
    name: 'a message vanishes while its page is read',
    account: [...ACCOUNT, old(5, 2, { fate: 'theirs' })],
    script:
      ({ truth, clock }) =>
      ({ kind, message }) => {
        if (kind === 'list' && message === 'message-5') truth.takeMessage('message-5', clock.monotonicMs());
      },
    whole: 'complete: 4 deleted',
  },
  {
    name: 'a message vanishes before its DELETE',
    account: [...ACCOUNT, old(5, 2, { fate: 'theirs' })],
    script:
      ({ truth, clock }) =>
      ({ kind, message }) => {
        if (kind === 'delete' && message === 'message-5') truth.takeMessage('message-5', clock.monotonicMs());
      },
    whole: 'complete: 4 deleted, 2 failed',
  },
  {
    name: '500 for pages and lists, and then as it should be',
    account: ACCOUNT,
    script:
      () =>
      ({ kind, again }) =>
        kind !== 'delete' && again === 1 ? { answer: html(502) } : undefined,
    whole: 'complete: 4 deleted',
  },
  {
    name: '429 with a date to wait for, while reading',
    account: ACCOUNT,
    script: pages({ answer: { ...error(429, 20429), retryAfter: 'Mon, 23 Nov 2026 03:00:09 GMT' } }),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'truncated JSON, and then as it should be',
    account: ACCOUNT,
    script: pages({ answer: reply(200, '{"messages": [{"sid": "mess') }),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'truncated JSON every time',
    account: ACCOUNT,
    script:
      () =>
      ({ kind }) =>
        kind === 'page' ? { answer: reply(200, '{"messages": [') } : undefined,
    whole: 'partial: nothing',
  },
  {
    name: 'a page link that repeats',
    account: ACCOUNT,
    api: { pageSize: 2 },
    script: pages(undefined, { answer: reply(200, { messages: [], next_page_uri: `${PAGES}?Page=1&PageSize=1000` }) }),
    whole: 'partial: 3 not-sent',
  },
  {
    name: 'a page link that leads elsewhere',
    account: ACCOUNT,
    api: { pageSize: 2 },
    script: pages({ answer: reply(200, { messages: [], next_page_uri: 'https://example.com/next?Page=1' }) }),
    whole: 'partial: nothing',
  },
  {
    name: 'a redirect in place of a page',
    account: ACCOUNT,
    script: pages({ answer: reply(301) }),
    whole: 'partial: nothing',
  },
  {
    name: '401 at the first page',
    account: ACCOUNT,
    script: pages({ answer: error(401, 20003) }),
    whole: 'failed: nothing',
  },
  {
    name: 'the list after deleting cannot be had',
    account: ACCOUNT,
    script: lists(reset, 2, 4),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'the list after deleting takes its time',
    account: ACCOUNT,
    script: lists({ afterMs: 9_000 }, 2),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'a list of one message cannot be had for the plan',
    account: ACCOUNT,
    settings: { attemptsMax: 2 },
    script:
      () =>
      ({ kind, message, again }) =>
        kind === 'list' && message === 'message-2' && again <= 2 ? timeout : undefined,
    whole: 'partial: 3 deleted',
  },
  {
    name: 'a clock that is ahead',
    account: ACCOUNT,
    api: { aheadMs: 180_000 },
    apiAfterwards: { aheadMs: 0 },
    whole: 'refused: nothing',
  },
  { name: 'a clock that is behind', account: ACCOUNT, api: { aheadMs: -180_000 }, whole: 'complete: 4 deleted' },
];
