import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from '../terminals/timers.js';
import { TestClock } from './clock.js';

interface Timer {
  atMs: number;
  work: () => void;
}

const lookEveryMs = 20;

/** A clock that goes as time does, and leaps where a test would have to wait; what falls due then happens in its order. */
export class FlowingClock extends TestClock {
  private readonly begunMs = performance.now();
  private readonly timers = new Set<Timer>();

  constructor(start: string) {
    super(start);
    setInterval(() => this.ring(), lookEveryMs).unref();
  }

  private get flowedMs(): number {
    return performance.now() - this.begunMs;
  }

  override now(): Date {
    return new Date(Math.floor(super.now().getTime() + this.flowedMs));
  }

  override monotonicMs(): number {
    return super.monotonicMs() + this.flowedMs;
  }

  readonly after: After = (ms, work) => {
    const timer = { atMs: this.monotonicMs() + ms, work };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  };

  /** Everything that falls due in these ms is begun when it is due, and given a moment. */
  async leap(ms: number): Promise<void> {
    const endMs = this.monotonicMs() + ms;
    for (let next = this.next(); next !== undefined && next.atMs <= endMs; next = this.next()) {
      this.advance(Math.max(0, next.atMs - this.monotonicMs()));
      this.ring();
      await sleep(1);
    }
    this.advance(Math.max(0, endMs - this.monotonicMs()));
  }

  private next(): Timer | undefined {
    return [...this.timers].sort((a, b) => a.atMs - b.atMs)[0];
  }

  private ring(): void {
    const nowMs = this.monotonicMs();
    for (const timer of [...this.timers].filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs))
      if (this.timers.delete(timer)) timer.work();
  }
}
