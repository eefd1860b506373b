import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place } from '../support/cli.ts';
import { disagreements } from '../support/oracle.ts';

const HOLD = 'holds: [{ id: case-1, reason: Litigation, match: all }]';

/** Deletes some media a second. `sentAtMs` grows with every DELETE; `then` is called when there are twenty. */
async function slow(sentAtMs: number[], then: () => void): Promise<Emulator> {
  const emulator = await startEmulator({
    messages: 400,
    onRequest: ({ kind }) => {
      if (kind !== 'deleteMedia') return;
      emulator.latencyMs = 100;
      if (sentAtMs.push(performance.now()) === 20) then();
    },
  });
  return emulator;
}

describe('E14 B26 B27 a hold that is written while a sweep deletes', () => {
  test('stops it within two seconds, holds in the next one, and lets go when it is taken out', async () => {
    const sentAtMs: number[] = [];
    const begun = Promise.withResolvers<void>();
    await using emulator = await slow(sentAtMs, begun.resolve);
    await using place = new Place(emulator, mixedPolicy());
    const running = place.here('sweep --json');
    await begun.promise;
    place.write('retention.yaml', mixedPolicy(HOLD));
    const editedMs = performance.now();
    const { code, stdout, stderr } = await running;

    expect(code).toBe(5);
    const { result, outcomes } = JSON.parse(stdout) as Report;
    expect([result, outcomes.uncertain]).toEqual(['partial', 0]);
    expect(outcomes['not-sent']).toBeGreaterThan(50);
    expect(stderr).toMatch(/policy/);
    expect(sentAtMs.at(-1)).toBeLessThan(editedMs + 2_000);

    emulator.latencyMs = 0;
    const before = sentAtMs.length;
    const held = JSON.parse((await place.here('sweep --json')).stdout) as Report;
    expect([held.result, held.planned, sentAtMs.length]).toEqual(['complete', 0, before]);

    place.write('retention.yaml', mixedPolicy());
    const freed = JSON.parse((await place.here('sweep --json')).stdout) as Report;
    expect([freed.result, freed.outcomes.deleted]).toEqual(['complete', outcomes['not-sent']]);
    await using ledger = await place.ledger();
    expect(await disagreements(emulator.truth, ledger, new Date(freed.asOf))).toEqual([]);
  }, 60_000);

  test('and cannot be read yet, is no reason to go by the text before it: exit 2, nothing deleted', async () => {
    await using emulator = await startEmulator({ messages: 60 });
    await using place = new Place(emulator, mixedPolicy());
    place.write('retention.yaml', `${mixedPolicy()}holds: [{ id: case-1, rea`);
    expect((await place.here('sweep --json')).code).toBe(2);
    expect(emulator.requests.deleteMedia).toBe(0);
  });
});
