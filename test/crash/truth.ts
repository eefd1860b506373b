import { placeOf, type Account, type Picture } from './account.ts';

/** A DELETE that has left a process. */
export interface Sent {
  readonly sweep: string;
  readonly place: string;
  readonly atMs: number;
}

/** How an item went: by a DELETE, or by somebody else's doing. */
interface Gone {
  readonly atMs: number;
  readonly sent: Sent | undefined;
}

/** One that is applied when nobody expects an answer any more. */
interface Late {
  readonly sent: Sent;
  readonly atMs: number;
  readonly isOver: boolean;
}

/** What becomes of a DELETE that is under way when its process dies. A number: applied so many ms later. */
export type FateUnderWay = 'applied' | 'never' | number;

/** How long a DELETE may still be applied after its process has died, or after its own deadline: under this. */
export const LATE_MAX_MS = 60_000;

/** What is really so, whatever anybody is told: which media there are, and every DELETE there was. Can be divided into what might be. */
export class Truth {
  readonly accounts: ReadonlyMap<string, Account>;
  /** Of all processes together. */
  sweeps = 0;
  /** Changes with whatever here changes. */
  version = 0;
  readonly sent: Sent[] = [];
  readonly underWay = new Set<Sent>();
  readonly gone = new Map<string, Gone>();
  readonly lostMessages = new Set<string>();
  readonly #pictures: ReadonlyMap<string, Picture>;
  late: readonly Late[] = [];

  constructor(accounts: ReadonlyMap<string, Account>, pictures = picturesOf(accounts)) {
    this.accounts = accounts;
    this.#pictures = pictures;
  }

  /** The same again, independent of this one from now on. */
  copy(): Truth {
    const same = new Truth(this.accounts, this.#pictures);
    same.sweeps = this.sweeps;
    same.version = this.version;
    same.sent.push(...this.sent);
    for (const each of this.underWay) same.underWay.add(each);
    for (const [place, each] of this.gone) same.gone.set(place, each);
    for (const sid of this.lostMessages) same.lostMessages.add(sid);
    same.late = this.late;
    return same;
  }

  /** The process has died at `nowMs`. Nothing of what it sent is applied later than can be. */
  die(nowMs: number, fate: FateUnderWay): void {
    const last = nowMs + LATE_MAX_MS - 1;
    this.late = this.late.map((each) => (each.isOver ? each : { ...each, atMs: Math.min(each.atMs, last) }));
    for (const sent of this.underWay) {
      if (fate === 'applied') this.apply(sent, nowMs);
      else if (fate !== 'never') this.applyLater(sent, Math.min(nowMs + fate, last));
    }
    this.underWay.clear();
    this.version++;
  }

  /** @returns the name by which the sweep that begins now is known */
  nextSweep(): string {
    this.version++;
    return `sweep-${++this.sweeps}`;
  }

  send(sent: Sent): void {
    this.sent.push(sent);
    this.underWay.add(sent);
    this.version++;
  }

  /** @returns whether it was there */
  apply(sent: Sent, atMs: number): boolean {
    this.underWay.delete(sent);
    this.version++;
    if (!this.has(sent.place) || this.isInProgress(sent.place)) return false;
    this.gone.set(sent.place, { atMs, sent });
    return true;
  }

  applyLater(sent: Sent, atMs: number): void {
    this.underWay.delete(sent);
    this.late = [...this.late, { sent, atMs, isOver: false }];
    this.version++;
  }

  neverApply(sent: Sent): void {
    this.underWay.delete(sent);
    this.version++;
  }

  /** It never left, or came back unread: as if it had not been sent. */
  unsend(sent: Sent): void {
    this.neverApply(sent);
    this.sent.splice(this.sent.indexOf(sent), 1);
  }

  /** Somebody else deletes a media item. */
  take(place: string, atMs: number): void {
    this.version++;
    if (!this.gone.has(place)) this.gone.set(place, { atMs, sent: undefined });
  }

  /** Somebody else deletes a message, and what is attached to it. */
  takeMessage(message: string, atMs: number): void {
    this.lostMessages.add(message);
    for (const account of this.accounts.values()) {
      for (const { sid, pictures } of account) {
        if (sid === message) for (const picture of pictures) this.take(placeOf(sid, picture.sid), atMs);
      }
    }
    this.version++;
  }

  /** Lets what was to be applied by now be applied. */
  pass(nowMs: number): void {
    const due = this.late.filter(({ atMs, isOver }) => !isOver && atMs <= nowMs);
    if (due.length === 0) return;
    this.late = this.late.map((each) => (due.includes(each) ? { ...each, isOver: true } : each));
    for (const { sent, atMs } of due.toSorted((x, y) => x.atMs - y.atMs)) this.apply(sent, atMs);
  }

  isInProgress(place: string): boolean {
    return this.#pictures.get(place)?.fate === 'in-progress';
  }

  has(place: string): boolean {
    return this.#pictures.has(place) && !this.gone.has(place);
  }
}

function picturesOf(accounts: ReadonlyMap<string, Account>): ReadonlyMap<string, Picture> {
  const conversations = [...accounts.values()].flat();
  return new Map(
    conversations.flatMap(({ sid, pictures }) => pictures.map((each) => [placeOf(sid, each.sid), each] as const)),
  );
}
