import { hold } from '../support/items.ts';
import { mediaOf, messageOf, old, young, type Account } from './account.ts';
import { reset, timeout } from './api.ts';
import type { LeftOpen, Scenario } from './scenario.ts';

const ACCOUNT = [old(1, 2), old(2), young(3), old(4)];
const MANY = [old(1, 2), old(2), old(3, 2), old(4), old(5)];

const open = (n: number, of: number, applied: LeftOpen['applied'], answer?: LeftOpen['answer']): LeftOpen => ({
  message: messageOf(n),
  media: mediaOf(n, of),
  applied,
  ...(answer && { answer }),
});

/** All of an account's media of these messages, as a sweep left them that was killed before anything came of it. */
const allOpen = (account: Account, applied: boolean): LeftOpen[] =>
  account.flatMap(({ sid, pictures }) => pictures.map((each) => ({ message: sid, media: each.sid, applied })));

const HUNDREDS = 600;

/** How a sweep is meant to go, and what it finds in its ledger. */
export const SWEEPING: readonly Scenario[] = [
  {
    name: 'one lane, each message marked by itself',
    account: MANY,
    settings: { lanes: 1, markAhead: 1 },
    whole: 'complete: 7 deleted',
  },
  {
    name: 'four lanes, two items marked at a time',
    account: MANY,
    settings: { lanes: 4, markAhead: 2 },
    whole: 'complete: 7 deleted',
  },
  { name: 'without verifying', account: ACCOUNT, settings: { verify: 'never' }, whole: 'complete: 4 deleted' },
  {
    name: 'without verifying, and an answer is lost',
    account: ACCOUNT,
    settings: { verify: 'never', attemptsMax: 1 },
    script:
      () =>
      ({ kind, nth }) =>
        kind === 'delete' && nth === 2 ? { ...reset, applied: true } : undefined,
    whole: 'complete: 3 deleted, 1 already-gone',
  },
  {
    name: 'beyond the limit, the oldest first',
    account: MANY,
    settings: { limits: { maxDeletions: 4, onLimit: 'oldest-first' } },
    whole: 'partial: 4 deleted, 3 not-sent',
    ends: ['complete|partial', 'complete'],
  },
  {
    name: 'a limit that refuses, and is raised',
    account: ACCOUNT,
    settings: { limits: { maxDeletions: 2, onLimit: 'refuse' } },
    afterwards: { limits: { maxDeletions: 4, onLimit: 'refuse' } },
    whole: 'refused: 4 not-sent',
  },
  {
    name: 'a limit of none',
    account: [old(1, 2, { fate: 'stays' }), old(2, 1, { fate: 'stays' })],
    settings: { limits: { maxDeletions: 0, onLimit: 'refuse' } },
    whole: 'refused: 3 not-sent',
    ends: ['refused', 'refused'],
  },
  {
    name: 'a dry run, and then in earnest',
    account: ACCOUNT,
    settings: { mode: 'dry-run' },
    afterwards: { mode: 'enforce' },
    whole: 'dry-run: 4 not-sent',
  },
  {
    name: 'a plan to look at, and then in earnest',
    account: ACCOUNT,
    settings: { mode: 'plan' },
    afterwards: { mode: 'enforce' },
    whole: 'dry-run: 4 not-sent',
  },
  {
    name: 'a hold',
    account: [...ACCOUNT, old(5, 2, { from: '+15559990000', fate: 'stays' })],
    settings: { holds: [hold('case-7', { number: ['+15559990000'] })] },
    whole: 'complete: 4 deleted',
  },
  {
    name: 'stopped in the middle',
    account: MANY,
    settings: { markAhead: 2 },
    script:
      ({ stop }) =>
      ({ kind, nth }) => {
        if (kind === 'delete' && nth === 3) stop('stopped');
      },
    whole: 'partial: 3 deleted, 4 not-sent',
  },
  {
    name: 'stopped while an answer is awaited, which never comes',
    account: MANY,
    script:
      ({ stop }) =>
      ({ kind, nth }) => {
        if (kind !== 'delete' || nth !== 2) return undefined;
        stop('stopped');
        return { ...timeout, afterMs: 20_000, applied: 25_000 };
      },
    whole: 'partial: 1 deleted, 1 uncertain, 5 not-sent',
  },
  {
    name: 'stopped while reading',
    account: MANY,
    api: { pageSize: 2 },
    script:
      ({ stop }) =>
      ({ kind, nth }) => {
        if (kind === 'page' && nth === 2) stop('stopped');
      },
    whole: 'partial: nothing',
  },
  {
    name: 'its time over in the middle',
    account: MANY,
    script:
      ({ stop }) =>
      ({ kind, nth }) => {
        if (kind === 'delete' && nth === 2) stop('time');
      },
    whole: 'partial: 2 deleted, 5 not-sent',
  },
  {
    name: 'the policy edited before the first DELETE',
    account: ACCOUNT,
    script:
      ({ edit }) =>
      ({ kind }) => {
        if (kind === 'list') edit();
      },
    whole: 'partial: 4 not-sent',
  },
  {
    name: 'the policy edited in the middle, for a hold',
    account: [old(1, 2), old(2, 1, { fate: 'either' }), old(3, 2, { fate: 'either' }), old(4)],
    settings: { lanes: 1 },
    script:
      ({ edit }) =>
      ({ kind, nth }) => {
        if (kind !== 'delete') return undefined;
        if (nth === 2) edit();
        return { afterMs: 900 };
      },
    afterwards: { holds: [hold('new', { messageSid: ['message-2', 'message-3'] as never })] },
    whole: 'partial: 2 deleted, 4 not-sent',
  },
  {
    name: 'two projects in one ledger',
    account: [old(1, 2), young(2)],
    second: [old(11, 1), old(12, 2), young(13)],
    whole: 'complete: 2 deleted / complete: 3 deleted',
  },
  {
    name: 'two projects, and the first cannot be reached',
    account: [old(1, 2), young(2)],
    second: [old(11, 1), old(12, 2)],
    script:
      () =>
      ({ kind, nth }) =>
        kind === 'page' && nth <= 3 ? reset : undefined,
    whole: 'partial: nothing / complete: 3 deleted',
  },
  {
    name: 'open: settled by a list',
    account: ACCOUNT,
    leftOpen: [open(1, 1, true), open(2, 1, true, 'accepted')],
    whole: 'complete: 2 deleted',
  },
  {
    name: 'open: still listed, and never applied',
    account: ACCOUNT,
    leftOpen: [open(1, 1, false), open(2, 1, false, 'lost')],
    whole: 'complete: 2 deleted',
  },
  {
    name: 'open: still listed, and applied 59 seconds after the lock',
    account: ACCOUNT,
    leftOpen: [open(1, 2, 59_000), open(4, 1, 30_000, 'accepted')],
    whole: 'complete: 2 deleted',
  },
  {
    name: 'open: its message has gone',
    account: [...ACCOUNT, old(5, 2, { fate: 'theirs' })],
    leftOpen: [open(5, 1, true), open(5, 2, false)],
    script: ({ truth, clock }) => {
      truth.takeMessage('message-5', clock.monotonicMs());
      return () => {};
    },
    whole: 'complete: 4 deleted',
  },
  {
    name: 'open: the list cannot be had at first',
    account: ACCOUNT,
    leftOpen: [open(1, 1, true), open(2, 1, false)],
    script:
      () =>
      ({ kind, again }) =>
        kind === 'list' && again <= 3 ? reset : undefined,
    whole: 'partial: 1 deleted',
  },
  {
    name: 'open: and a dry run, which settles what it can',
    account: ACCOUNT,
    leftOpen: [open(1, 1, true), open(2, 1, false)],
    settings: { mode: 'dry-run' },
    afterwards: { mode: 'enforce' },
    whole: 'dry-run: 2 not-sent',
  },
  {
    name: 'open: and a plan to look at, which settles nothing',
    account: ACCOUNT,
    leftOpen: [open(1, 1, true), open(2, 1, 20_000)],
    settings: { mode: 'plan' },
    afterwards: { mode: 'enforce' },
    whole: 'dry-run: 2 not-sent',
  },
  {
    name: 'open: 600 items of one message, gone',
    account: [old(1, HUNDREDS), old(2)],
    leftOpen: allOpen([old(1, HUNDREDS)], true),
    whole: 'complete: 1 deleted',
    pointsMax: 200,
  },
  {
    name: '600 items of one message',
    account: [old(1, HUNDREDS), young(2)],
    settings: { lanes: 1 },
    whole: 'complete: 600 deleted',
    pointsMax: 24,
  },
];
