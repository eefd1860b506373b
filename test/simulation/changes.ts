import { Chance } from './chance.ts';
import type { Dimensions, Fault } from './dimensions.ts';
import { IN_PROGRESS } from './api.ts';
import { drawHold, drawLaw, HOUR_MS, type Law } from './law.ts';
import { BEGIN_MS, drawMedia, drawNewMessage, type TrueMessage } from './truth.ts';

/** What others do to the account and to the policy file while workers are at it. */
export interface Changeable {
  readonly dimensions: Dimensions;
  readonly messages: TrueMessage[];
  law: Law;
  nowMs(): number;
  later(ms: number, label: string, run: () => void): void;
}

type Change = (world: Changeable, chance: Chance) => void;

const CHANGES: Partial<Record<Fault, Change>> = {
  'status-moves': (world, chance) => {
    const message = chance.pick(world.messages);
    const isOver = !IN_PROGRESS.has(message.status);
    move(message, isOver ? 'sending' : chance.pick(['sent', 'delivered', 'failed']), world);
    const back = message.past.at(-1)?.status ?? 'sent';
    if (isOver)
      world.later(chance.pick([1_000, 60_000, HOUR_MS]), `${message.sid} moves back`, () => move(message, back, world));
  },
  'message-added': (world) => {
    world.messages.push(drawNewMessage(world.messages.length, world.nowMs(), world.dimensions));
  },
  'media-added': (world, chance) => {
    const message = chance.pick(world.messages);
    const createdMs = Math.floor((BEGIN_MS + world.nowMs()) / 1000) * 1000;
    message.media.push(drawMedia(message.sid, message.media.length + 1, createdMs, 0, chance));
    message.changedMs = world.nowMs();
  },
  'media-removed': (world, chance) => {
    const message = chance.pick(world.messages);
    const media = message.media.find(({ goneMs }) => goneMs === undefined);
    if (media && !IN_PROGRESS.has(message.status)) Object.assign(media, { goneMs: world.nowMs(), goneBy: 'others' });
    message.changedMs = world.nowMs();
  },
  'message-removed': (world, chance) => {
    const message = chance.pick(world.messages);
    message.isRemoved = true;
    message.changedMs = world.nowMs();
    if (world.dimensions.api.removedMessageKeepsMedia) return;
    for (const media of message.media) {
      if (media.goneMs === undefined) Object.assign(media, { goneMs: world.nowMs(), goneBy: 'others' });
    }
  },
  'policy-edited': (world, chance) => {
    world.law = { ...drawLaw(chance, world.law.version + 1), holds: world.law.holds };
  },
  'hold-added': (world, chance) => {
    const { law, messages } = world;
    const hold = drawHold(chance, `hold-${law.version}`, messages, BEGIN_MS + world.nowMs());
    world.law = { ...law, version: law.version + 1, holds: [...law.holds, hold] };
  },
  'hold-released': (world, chance) => {
    const { law, messages } = world;
    const hold = drawHold(chance, `hold-${law.version}`, messages, BEGIN_MS + world.nowMs());
    world.law = { ...law, version: law.version + 1, holds: [hold] };
    world.later(chance.pick([1_000, 60_000]), 'the hold is released', () => {
      world.law = { ...world.law, version: world.law.version + 1, holds: world.law.holds.slice(1) };
    });
  },
};

function move(message: TrueMessage, status: string, world: Changeable): void {
  const nowMs = world.nowMs();
  message.past.push({ status: message.status, sentMs: message.sentMs, untilMs: nowMs });
  message.status = status;
  message.sentMs ??= status === 'sent' || status === 'delivered' ? Math.floor((BEGIN_MS + nowMs) / 1000) * 1000 : null;
  message.changedMs = nowMs;
}

export const CHANGING = Object.keys(CHANGES) as readonly Fault[];

/** What happens when the service has been reached for the nth time. */
export function drawChanges(dimensions: Dimensions): Map<number, [Fault, Chance][]> {
  const planned = new Map<number, [Fault, Chance][]>();
  for (const fault of CHANGING) {
    const chance = new Chance(dimensions.seed, `change ${fault}`);
    if (!dimensions.faults.has(fault)) continue;
    for (let times = chance.int(1, 3); times > 0; times--) {
      const at = chance.int(1, chance.pick([10, 40, 120]));
      planned.set(at, [...(planned.get(at) ?? []), [fault, chance]]);
    }
  }
  return planned;
}

export const change = (fault: Fault, chance: Chance, world: Changeable): void => CHANGES[fault]?.(world, chance);
