import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place, type Ended } from '../support/cli.ts';
import { leaks } from './secrets.ts';

/** One attempt: whatever is answered is what is said. */
const POLICY = mixedPolicy().replace('attempts: 3', 'attempts: 1');

let emulator: Emulator;
let place: Place;
beforeAll(async () => {
  emulator = await startEmulator({ messages: 200 });
  place = new Place(emulator, POLICY);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

/** A text that is nowhere else in the world, for one field. */
const canaryOf = (field: string): string => `Kanari/${field}?=é7318264507"<`;

const spoil = (row: Record<string, unknown>, field: string, text = canaryOf(field)): Record<string, unknown> => ({
  ...row,
  [field]: text,
});

/** Everything that is on disk in the place, by its name. */
const files = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(place.folder)
      .filter((name) => /\.(?:db|prom)/.test(name))
      .map((name) => [name, readFileSync(join(place.folder, name), 'latin1')]),
  );

const said = ({ stdout, stderr }: Ended, name: string): Record<string, string> => ({
  [`${name}, output`]: stdout,
  [`${name}, errors`]: stderr,
});

/** A field of each row in turn: the rest of it stays as it should be. */
const MESSAGE_FIELDS =
  'sid body status direction from to date_created date_sent date_updated num_media num_segments error_code ' +
  'error_message price price_unit messaging_service_sid uri subresource_uris extra __proto__ constructor';
const MEDIA_FIELDS = 'sid content_type date_created date_updated uri extra';
const PAGE_FIELDS = 'uri first_page_uri previous_page_uri page page_size extra';

describe('F2 what the API puts into a field', () => {
  test('is in no output, no file and no byte of the ledger, whichever field it is', async () => {
    emulator.faults.nextEdit((body) => {
      const rows = body['messages'] as Record<string, unknown>[];
      const fields = MESSAGE_FIELDS.split(' ');
      const messages = rows.map((row, i) => spoil(row, fields[i % fields.length] ?? 'extra'));
      return PAGE_FIELDS.split(' ').reduce<Record<string, unknown>>((page, field) => spoil(page, field), {
        ...body,
        messages,
      });
    }, 'listMessages');
    for (const field of MEDIA_FIELDS.split(' ')) {
      emulator.faults.nextEdit((body) => {
        const [first, ...others] = body['media_list'] as Record<string, unknown>[];
        return first ? spoil({ ...body, media_list: [spoil(first, field), ...others] }, 'uri') : body;
      }, 'listMedia');
    }

    const swept = await place.here(`sweep --json --metrics-file ${join(place.folder, 'metrics.prom')}`, {
      LOG_LEVEL: 'trace',
    });
    expect([emulator.faults.waiting, swept.code]).toEqual([0, 0]);
    expect((JSON.parse(swept.stdout) as Report).outcomes.deleted).toBeGreaterThan(20);
    const others = [
      'plan',
      'history',
      'history --json',
      'ledger export',
      'ledger export --format csv',
      'check --connect',
    ];
    const texts = { ...said(swept, 'sweep'), ...files() };
    for (const verb of others) Object.assign(texts, said(await place.here(verb, { LOG_LEVEL: 'trace' }), verb));
    const [mediaSid = ''] = /[0-9a-f-]{36}/.exec(texts['ledger export, output'] ?? '') ?? [];
    expect(Object.values(texts).filter((text) => text.includes(mediaSid)).length).toBeGreaterThan(3); // what is there is found

    const fields = [...new Set(`${MESSAGE_FIELDS} ${MEDIA_FIELDS} ${PAGE_FIELDS}`.split(' '))];
    expect(leaks(texts, ['Kanari', '7318264507', ...fields.map(canaryOf)])).toEqual([]);
  });

  test('is not in a content type either, of which only type and subtype are kept', async () => {
    await using fresh = await startEmulator({ messages: 60 });
    const lists = 500; // more than are asked for
    for (let i = 0; i < lists; i++) {
      fresh.faults.nextEdit((body) => {
        const rows = body['media_list'] as Record<string, unknown>[];
        const name = ['image/jpeg; name=', 'IMAGE/png;', 'image/gif ;q='][i % 3];
        return { ...body, media_list: rows.map((row) => spoil(row, 'content_type', `${name}${canaryOf('type')}`)) };
      }, 'listMedia');
    }
    const env = { SIGNALWIRE_BASE_URL: fresh.url, LEDGER_URL: `sqlite:${join(place.folder, 'types.db')}` };
    const plan = await place.here('plan', env);
    const swept = await place.here('sweep --json', { LOG_LEVEL: 'trace', ...env });
    const exported = await place.here('ledger export --format csv', env);
    expect([swept.code, exported.stdout.match(/,image\/(?:jpeg|png|gif),pictures,/g)?.length]).toEqual([
      0,
      expect.toSatisfy((count: number) => count > 10),
    ]);
    const texts = { ...said(plan, 'plan'), ...said(swept, 'sweep'), ...said(exported, 'export'), ...files() };
    expect(leaks(texts, ['Kanari', '7318264507', canaryOf('type'), canaryOf('type').toLowerCase()])).toEqual([]);
  });

  test.each<[string, string, 'listMessages' | 'listMedia']>([
    ['account_sid of a message', 'account_sid', 'listMessages'],
    ['account_sid of a media item', 'account_sid', 'listMedia'],
    ['parent_sid of a media item', 'parent_sid', 'listMedia'],
    ['next_page_uri', 'next_page_uri', 'listMessages'],
    ['next_page_uri of the right form', 'next', 'listMessages'],
    ['media_list itself', 'media_list', 'listMedia'],
  ])('and ends the reading is not in its error either: %s', async (_, field, kind) => {
    emulator.faults.nextEdit((body) => {
      const key = kind === 'listMessages' ? 'messages' : 'media_list';
      if (field === 'next')
        return { ...body, next_page_uri: `${String(body['uri'])}&PageToken=${encodeURIComponent(canaryOf('next'))}` };
      if (field === key || field === 'next_page_uri') return spoil(body, field);
      return { ...body, [key]: (body[key] as Record<string, unknown>[]).map((row) => spoil(row, field)) };
    }, kind);
    const ended = await place.here('plan', { LOG_LEVEL: 'trace' });
    const { waiting } = emulator.faults;
    emulator.faults.clear();
    expect(waiting).toBe(0);
    expect(leaks({ ...said(ended, 'plan'), ...files() }, ['Kanari', '7318264507', canaryOf(field)])).toEqual([]);
  });
});

describe('F3 F2 an answer that is an error, with headers and a body that are its own', () => {
  const text = canaryOf('error');
  const header = 'Kanari7318264507';
  const body = JSON.stringify({ code: text, message: text, more_info: text, status: text, errors: [{ code: text }] });
  const json = { 'content-type': 'application/json' };

  const answers: [number, Record<string, string>, string][] = [
    [200, { 'content-type': header }, body],
    [200, json, body],
    [200, json, `{"${text}`],
    [200, { ...json, 'content-encoding': header }, body],
    [204, { [header]: header }, ''],
    [302, { location: `https://${header}.example/` }, body],
    [400, json, body],
    [401, { 'www-authenticate': `Basic realm="${header}"` }, body],
    [403, json, body],
    [404, json, body],
    [407, { 'proxy-authenticate': header }, body],
    [418, { 'content-type': `text/${header}` }, body],
    [429, { 'retry-after': header, date: header }, body],
    [500, { 'set-cookie': header }, body],
  ];
  const secrets = (): string[] => {
    const { project, token } = emulator;
    return ['Kanari', '7318264507', text, token, `${project}:${token}`];
  };

  test.each(answers)('is nowhere after a list: %i %j', async (status, headers, content) => {
    for (const kind of ['listMessages', 'listMedia'] as const) {
      emulator.faults.nextReply({ status, headers, body: content }, kind);
      const ended = await place.here('plan', { LOG_LEVEL: 'trace' });
      expect(emulator.faults.waiting).toBe(0);
      expect(ended.stderr).not.toMatch(/This is a bug|^ {4}at /m);
      expect(leaks(said(ended, 'plan'), secrets())).toEqual([]);
    }
  });

  test('is nowhere after a DELETE, whatever became of it', async () => {
    await using fresh = await startEmulator({ messages: 200, seed: 2 });
    const env = { SIGNALWIRE_BASE_URL: fresh.url, LEDGER_URL: `sqlite:${join(place.folder, 'fresh.db')}` };
    const asked = answers.filter(([status]) => status !== 401 && status !== 403);
    for (const [status, headers, content] of asked)
      fresh.faults.nextReply({ status, headers, body: content }, 'deleteMedia');
    const running = place.start('sweep --json', { LOG_LEVEL: 'trace', ...env });
    await until(() => fresh.faults.waiting === 0);
    running.process.kill('SIGTERM'); // or it would wait a minute for what the answers have left open
    const ended = await running.ended;
    expect(ended.code).toBe(5);
    const exported = await place.here('ledger export', env);
    const outcomes = new Set(exported.stdout.split('\n').map((line) => /"outcome":"([a-z-]+)"/.exec(line)?.[1]));
    expect([...outcomes]).toEqual(expect.arrayContaining(['deleted', 'uncertain']));
    expect(leaks({ ...said(ended, 'sweep'), ...said(exported, 'export'), ...files() }, secrets())).toEqual([]);
  });
});

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
}
