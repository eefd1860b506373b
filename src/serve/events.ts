/** What the long-running mode tells its log, beside what its sweeps tell. Nothing here can carry a secret or a number. */
export type ServeEvent =
  | { readonly event: 'serve.started'; readonly listen: string; readonly nextAt: Date | undefined }
  | { readonly event: 'serve.stopping' }
  | { readonly event: 'serve.stopped' }
  | { readonly event: 'slot.waiting'; readonly slotAt: Date; readonly ms: number }
  | { readonly event: 'slot.begun'; readonly slotAt: Date; readonly late: boolean }
  | {
      readonly event: 'slot.ended';
      readonly slotAt: Date;
      readonly slot: SlotResult;
      readonly nextAt: Date | undefined;
      /** What stood in the way, in a sentence for people. */
      readonly why?: string;
    }
  | { readonly event: 'policy.read'; readonly policyHash: string; readonly mode: 'dry-run' | 'enforce' }
  | { readonly event: 'schedule.changed'; readonly nextAt: Date | undefined }
  /** `problems`: where they are, `file:line:column key`. */
  | { readonly event: 'policy.unreadable'; readonly problems: readonly string[] }
  /** There was none: nothing is known of earlier sweeps. */
  | { readonly event: 'ledger.made'; readonly path: string }
  | { readonly event: 'ledger.writable' }
  | { readonly event: 'ledger.unwritable'; readonly why: string }
  /** A page or metrics could not be made: a bug. */
  | { readonly event: 'status.failed' }
  | { readonly event: 'notice.sent' | 'notice.failed'; readonly notice: NoticeKind; readonly why?: string };

/**
 * What became of a slot. `swept`: on time. `made-up`: late, once, for what was missed while down or by a night in spring.
 * `skipped`: another sweep of this process was still running. `busy`: another process was sweeping with this ledger.
 * `refused`: the policy file or the environment could not be read. `failed`: the ledger could not be used.
 * `missed`: while down, and not to be made up for. `stopped`: the process was told to stop before the sweep began.
 */
export const SLOT_RESULTS = ['swept', 'made-up', 'skipped', 'busy', 'refused', 'failed', 'missed', 'stopped'] as const;
export type SlotResult = (typeof SLOT_RESULTS)[number];

export type NoticeKind = 'refused' | 'failed' | 'digest' | 'heartbeat';
