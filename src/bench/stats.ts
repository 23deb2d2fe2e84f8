import { residentMb } from './children.js';

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Looks at a process's resident memory ten times a second until it is stopped. */
export function memoryOf(pid: number): { stop(): { startMb: number; mostMb: number } } {
  const startMb = residentMb(pid);
  let mostMb = startMb;
  const look = (): void => {
    try {
      mostMb = Math.max(mostMb, residentMb(pid));
    } catch {
      // It has ended; whoever asks it something hears of that.
    }
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return { startMb, mostMb };
    },
  };
}
