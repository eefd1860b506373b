// Loaded before the worker to put it into another day: its only clock is Date. Nothing else of it knows.
const shiftMs = Number(process.env.BENCH_SHIFT_MS);
const Real = Date;

globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + shiftMs);
    else super(...given);
  }
  static now() {
    return Real.now() + shiftMs;
  }
};
