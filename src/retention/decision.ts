import type { MediaSid, MessageSid } from './resource.ts';

/** What happens to one media item, and why, as data. A `delete` carries all that a DELETE needs, so nothing else can start one. */
export type Decision =
  | {
      readonly kind: 'delete';
      readonly messageSid: MessageSid;
      readonly mediaSid: MediaSid;
      readonly rule: string;
      readonly expiredAt: Date;
    }
  | Retained;

export interface Retained {
  readonly kind: 'retain';
  readonly reason: Reason;
}

/** Why something stays. Its `kind` is counted in every report; `dueAt` is the earliest instant at which that can change. */
export type Reason =
  | { readonly kind: UnknownReason | 'in-progress' }
  | { readonly kind: 'hold'; readonly hold: string }
  | { readonly kind: 'forever'; readonly rule: string }
  | { readonly kind: 'not-due'; readonly rule: string; readonly dueAt: Date };

/** What could not be understood, and is therefore kept. */
export type UnknownReason =
  | 'unknown-status'
  | 'unknown-direction'
  | 'unknown-number'
  | 'unknown-type'
  | 'unreadable-date'
  | 'implausible-date'
  | 'future-date'
  | 'strange-sid';

/** The name under which the policy's `default` appears where a rule's id would; no rule may be called so. */
export const DEFAULT_RULE = 'default';

export const retain = (reason: Reason): Retained => ({ kind: 'retain', reason });
