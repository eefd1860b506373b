/** The first of what there is; `undefined` where there is none. */
export function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b.getTime() < a.getTime()) ? b : a), undefined);
}

/** The last of what there is; `undefined` where there is none. */
export function latest(dates: readonly Date[]): Date | undefined {
  return dates.reduce<Date | undefined>((a, b) => (a === undefined || b.getTime() > a.getTime() ? b : a), undefined);
}
