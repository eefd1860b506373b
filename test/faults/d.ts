import type { Rows } from './catalogue.ts';

/** Process, storage, replicas. */
export const D: Rows = {
  D1: ['killed at any moment', 'every item that may have been sent is on disk; the next sweep settles it'],
  D2: ['SIGTERM', 'begins no DELETE, gives those under way 15 s and one list, records a partial sweep'],
  D3: [
    'a second signal, a hang-up, a closed pipe',
    'a second signal ends at once; a reader that leaves stops no record',
  ],
  D4: ['too little memory', 'as a kill: what was open is settled by the next sweep'],
  D5: ['an exception nobody expected', 'ends with exit 1 and claims nothing as complete'],
  D6: ['a process that stands still for minutes', 'keeps its lock, sees the deadline pass, and the policy file anew'],
  D7: ['a full disk before a DELETE', 'sends none, exit 8'],
  D8: ['a full disk after a DELETE', 'leaves the item open, exit 8; the next sweep settles it'],
  D9: ['a write error once', 'writes nothing more and deletes nothing more'],
  D10: ['a torn end of the ledger', 'loses what was never said to be durable, nothing else'],
  D11: ['a flipped bit in the ledger', 'refuses a ledger that is damaged, exit 8'],
  D12: [
    'a ledger that another process has locked',
    'waits a little for writers; a second sweep says that another one runs',
  ],
  D13: ['a ledger that is gone', 'makes one where there never was one; misses one that disappears while it serves'],
  D14: ['a ledger that was restored from an old backup', 'needs anchored heads'],
  D15: ['a read-only file system', 'refuses before the first request, exit 8'],
  D16: ['a network file system', 'refuses, since locks do not hold there, exit 8'],
  D17: ['two sweeps at once', 'the second ends with exit 7 and does nothing'],
  D18: ['a lease that runs out during a pause', 'needs leases'],
  D19: ['a lease store that cannot be reached', 'needs leases'],
  D20: ['a lease that is given back too early', 'needs leases'],
  D21: ['a sweep that outlasts its interval', 'skips the next slot and says so; maxDuration ends the sweep'],
  D22: ['a CronJob that misses too many starts', 'sets a starting deadline, and alerts on the last complete sweep'],
  D23: ['log lines that are lost', 'do not matter: the ledger is the record'],
  D24: ['an upgrade that changes schema or decisions', 'migrates the ledger, and keeps the program’s version by sweep'],
  D25: ['a downgrade', 'refuses a ledger that a newer program has written, exit 8'],
  D26: ['a ledger that grows for ever', 'writes what was due alone, says its size, and alerts before it is too large'],
};
