/** Histories that broke a promise before the bug was mended, each with the planted bug that brings it back. */
export const REGRESSIONS: readonly { readonly seed: number; readonly bug: string; readonly what: string }[] = [];
