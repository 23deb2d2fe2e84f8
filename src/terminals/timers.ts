/** Calls `work` once, `ms` from now or a little later; the answer calls it off. */
export type After = (ms: number, work: () => void) => () => void;

export const after: After = (ms, work) => {
  const timer = setTimeout(work, Math.max(0, Math.ceil(ms)));
  return () => clearTimeout(timer);
};
