import * as fc from 'fast-check';

/**
 * The same random cases for every mutant and at every time: which of them are noticed is no matter of luck. The first
 * case that notices one is enough; nobody reads the smallest.
 */
fc.configureGlobal({ seed: 20_161_123, endOnFailure: true });
