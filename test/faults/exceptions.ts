/** What the worker cannot do yet: evidence that outlives an attack, approvals, several replicas. */
export const WAITING: Readonly<Record<string, string>> = {
  B28: 'approvals: a shorter list of holds would need one',
  D14: 'anchored heads of the ledger',
  D18: 'leases, of which a single worker with a lock has none',
  D19: 'leases, of which a single worker with a lock has none',
  D20: 'leases, of which a single worker with a lock has none',
  E13: 'plans that are kept and executed later',
  E15: 'approvals: a wider policy would need one',
  F16: 'releases',
  F17: 'a ledger that is chained and signed',
  F18: 'a ledger that is chained and anchored',
  F19: 'signing keys',
  F20: 'approvals',
  F21: 'a second and a third place to stop from',
};

/** Rows that need no test, each with a reason somebody can check. */
export const EXCUSED: Readonly<Record<string, string>> = {};
