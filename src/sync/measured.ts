import type { Slot } from '../terminals/supervisor.js';
import type { Costs } from './costs.js';

/** Until something was measured: what a switch has been seen to take elsewhere. */
const assumedCosts: Costs = { pullMs: 300, switchSameMs: 1_400, switchOtherMs: 4_500 };

const median = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
};

/** What reading an account that is logged in has taken lately, deals now and then included. */
export class Pulls {
  private readonly lastMs: number[] = [];

  note(ms: number): void {
    this.lastMs.push(ms);
    if (this.lastMs.length > 40) this.lastMs.shift();
  }

  /** Null until a few were measured. */
  get meanMs(): number | null {
    const { lastMs } = this;
    return lastMs.length < 5 ? null : lastMs.reduce((sum, ms) => sum + ms, 0) / lastMs.length;
  }
}

/** What a visit costs, by the switch times that the terminals have measured and the readings since. */
export const switchCosts = (slots: readonly Slot[], pullMs: number | null = null): Costs => {
  const views = slots.filter((slot) => slot.role === 'accounts').map((slot) => slot.view().switchMs);
  const same = median(views.map((view) => view.same.p50)) ?? assumedCosts.switchSameMs;
  const other = median(views.map((view) => view.other.p50)) ?? assumedCosts.switchOtherMs;
  return {
    pullMs: pullMs ?? assumedCosts.pullMs,
    switchSameMs: same,
    switchOtherMs: Math.max(same, other),
  };
};
