import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

const OTHER = '0c1d7b52-8c1f-4b7e-9d60-2f1c7a94b3e8';

describe('A6 B17 C8 a project that is not the one that was meant', () => {
  test('is refused where the file names another than the environment: exit 2, and the API is asked nothing', async () => {
    await using emulator = await startEmulator({ messages: 20 });
    const listed = `projects: [{ name: main, baseUrl: "${emulator.url}", id: ${OTHER} }]`;
    await using place = new Place(emulator, mixedPolicy(listed), { SIGNALWIRE_BASE_URL: undefined });
    const { code, stderr } = await place.here('sweep --json');
    expect([code, emulator.requests.listMessages]).toEqual([2, 0]);
    expect(stderr).toContain(`"${OTHER}" differs from the project of the environment.`);
  });

  test('is refused by the API, whose credentials go with the project: exit 6, nothing deleted', async () => {
    await using emulator = await startEmulator({ messages: 20 });
    await using place = new Place(emulator, mixedPolicy(), { SIGNALWIRE_PROJECT_ID: OTHER });
    expect((await place.here('sweep --json')).code).toBe(6);
    expect(emulator.requests.deleteMedia).toBe(0);
  });

  test('shows in the first row of another account that turns up: partial, nothing deleted', async () => {
    await using emulator = await startEmulator({ messages: 60 });
    await using place = new Place(emulator, mixedPolicy());
    emulator.faults.nextEdit((body) => {
      (body['messages'] as Record<string, unknown>[])[40] = { account_sid: OTHER };
      return body;
    }, 'listMessages');
    const { code, stdout, stderr } = await place.here('sweep --json');
    expect([code, (JSON.parse(stdout) as Report).planComplete, emulator.requests.deleteMedia]).toEqual([5, false, 0]);
    expect(stderr).toContain('another project');
  });

  test('shows in a list of media of another message, which is not believed: nothing of it is deleted', async () => {
    await using emulator = await startEmulator({ messages: 0 });
    await using place = new Place(emulator, mixedPolicy());
    const old = new Date('2024-01-01T00:00:00Z');
    const [message] = [emulator.account.addMessage({ dateCreated: old, media: 2 })];
    emulator.account.addMessage({ dateCreated: old, media: [{ raw: { parent_sid: message.sid } }] });
    const { code } = await place.here('sweep --json');
    expect([code, emulator.truth.count()]).toEqual([5, expect.objectContaining({ deleted: 2, present: 1 })]);
  });
});

describe('C11 an account that is suspended', () => {
  test.each([401, 403])(
    'at the start ends with exit 6, whatever code stands beside HTTP %i, and claims nothing',
    async (status) => {
      await using emulator = await startEmulator({ messages: 20 });
      await using place = new Place(emulator, mixedPolicy());
      const body = JSON.stringify({ code: 20_005, message: 'Account not active', status });
      for (let n = 0; n < 5; n++) emulator.faults.nextReply({ status, body }, 'listMessages');
      const { code, stdout, stderr } = await place.here('sweep --json');
      expect([code, stdout, emulator.requests.deleteMedia]).toEqual([6, '', 0]);
      expect(stderr).toContain(`HTTP ${status}`);
      expect(stderr).not.toContain('not active');
    },
  );

  test('in the middle sends nothing more, and what was refused stays open as long as no list can be had', async () => {
    await using emulator = await startEmulator({ messages: 200 });
    await using place = new Place(emulator, mixedPolicy());
    const suspended = { status: 403, body: JSON.stringify({ code: 20_005, status: 403 }) };
    let deletes = 0;
    for (let n = 0; n < 60; n++)
      emulator.faults.nextReply(suspended, ({ kind }) => deletes > 10 || (kind === 'deleteMedia' && ++deletes > 10));
    const first = await place.here('sweep --json');
    const { result, outcomes } = JSON.parse(first.stdout) as Report;
    expect([first.code, result]).toEqual([6, 'failed']);
    const deleted = emulator.truth.count().deleted;
    expect(deleted).toBeLessThanOrEqual(10);
    expect([outcomes['already-gone'], outcomes.failed]).toEqual([0, 0]);
    expect(outcomes.uncertain).toBeGreaterThan(0);
    expect(outcomes.deleted + outcomes.uncertain).toBeGreaterThanOrEqual(deleted);
  });
});
