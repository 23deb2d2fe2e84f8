import type { SlotState } from './state.js';
import type { Timing } from './timing.js';

/** What the slots owe one another: no storm of starts, and never two away for maintenance. All in monotonic ms. */
export class Turns {
  private startMs = -Infinity;
  private recycleMs: number;

  constructor(
    private readonly timing: Timing,
    nowMs: number,
  ) {
    this.recycleMs = nowMs;
  }

  started(nowMs: number): void {
    this.startMs = nowMs;
  }

  recycled(nowMs: number): void {
    this.recycleMs = nowMs;
  }

  startFromMs(isFirst: boolean): number {
    const { betweenFirstStartsMs, betweenStartsMs } = this.timing;
    return this.startMs + (isFirst ? betweenFirstStartsMs : betweenStartsMs);
  }

  recycleFromMs(others: readonly SlotState[], nowMs: number): number {
    const isAway = others.some(({ name }) => ['starting', 'draining', 'backoff'].includes(name));
    return isAway ? nowMs + this.timing.recycleRetryMs : this.recycleMs + this.timing.betweenRecyclesMs;
  }
}
