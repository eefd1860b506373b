import type {
  OpenItem,
  Outcome,
  OutcomeCounts,
  PlannedItem,
  Settlement,
  SweepMode,
  SweepResult,
} from '../ledger/entries.ts';
import type { MediaSid, MessageSid } from '../retention/resource.ts';

/**
 * What a sweep tells while it runs: the log and the progress bar are made of it. Nothing here can carry a secret, a
 * number or text of the server's: the types have no place for it.
 */
export type SweepEvent =
  | { readonly event: 'sweep.started'; readonly mode: SweepMode; readonly policyHash: string; readonly asOf: Date }
  | { readonly event: 'sweep.settling'; readonly open: number }
  | { readonly event: 'sweep.planning' }
  | { readonly event: 'page.read'; readonly messages: number; readonly media: number; readonly planned: number }
  /** The service's filter gave something else than was asked for: everything is read. */
  | { readonly event: 'scan.distrusted' }
  | { readonly event: 'clock.unknown' }
  | { readonly event: 'clock.behind'; readonly ms: number }
  | { readonly event: 'message.unlisted'; readonly messageSid: MessageSid }
  | { readonly event: 'sweep.planned'; readonly messages: number; readonly media: number; readonly planned: number }
  | { readonly event: 'sweep.executing'; readonly planned: number }
  | MediaSettled
  | { readonly event: 'sweep.waiting'; readonly open: number; readonly ms: number }
  | { readonly event: 'sweep.stopping'; readonly why: StopKind }
  | {
      readonly event: 'sweep.ended';
      readonly result: SweepResult;
      readonly planned: number;
      readonly outcomes: OutcomeCounts;
      readonly settledEarlier: OutcomeCounts;
      readonly durationMs: number;
    };

/** An event and whose it is. */
export type ToldEvent = SweepEvent & { readonly sweepId: string; readonly project: string };

export interface MediaSettled {
  readonly event: 'media.settled';
  readonly messageSid: MessageSid;
  readonly mediaSid: MediaSid;
  readonly rule: string;
  readonly outcome: Outcome;
  /** The sweep that planned it, where that was an earlier one. */
  readonly plannedBy?: string;
  /** Requests on record. 0: none is, and none need have been sent. */
  readonly attempts: number;
  readonly status: number | undefined;
  readonly code: number | undefined;
  /** From the first byte of its DELETE to being settled; 0 for what an earlier sweep sent. */
  readonly durationMs: number;
}

export function settled(item: PlannedItem, settlement: Settlement, durationMs: number): MediaSettled {
  const { messageSid, mediaSid, rule } = item;
  const { outcome, attempts, status, code } = settlement;
  return {
    event: 'media.settled',
    messageSid,
    mediaSid,
    rule,
    outcome,
    attempts,
    status,
    code,
    durationMs: Math.round(durationMs),
  };
}

/** What is open when a sweep ends. */
export function uncertain({ messageSid, mediaSid, rule, answer }: OpenItem): MediaSettled {
  const { attempts = 0, status, code } = answer ?? {};
  return {
    event: 'media.settled',
    messageSid,
    mediaSid,
    rule,
    outcome: 'uncertain',
    attempts,
    status,
    code,
    durationMs: 0,
  };
}

/** Why a sweep stops before its end. */
export type StopKind = 'stopped' | 'time' | 'policy-changed' | 'unauthorized' | 'unreachable' | 'ledger';

/** The reason of an aborted signal: what everything that waits or reads is ended with. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly kind: StopKind;
  constructor(kind: StopKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
