/** Time as an argument. `now` is wall-clock time; `monotonicMs` only ever grows and survives a changed clock. */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
}

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
