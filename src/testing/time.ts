import type { After } from '../terminals/timers.js';
import { TestClock } from './clock.js';

interface Task {
  atMs: number;
  work: () => void;
}

/** What promises do before time goes on. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock with timers that go off when it is moved past them. */
export class TestTime extends TestClock {
  private readonly tasks = new Set<Task>();

  readonly after: After = (ms, work) => {
    const task = { atMs: this.monotonicMs() + Math.max(0, ms), work };
    this.tasks.add(task);
    return () => void this.tasks.delete(task);
  };

  get waiting(): number {
    return this.tasks.size;
  }

  /** Lets time go by, timer after timer, and what follows from each. */
  async pass(ms: number): Promise<void> {
    const endMs = this.monotonicMs() + ms;
    await settled();
    for (;;) {
      const [next] = [...this.tasks].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.tasks.delete(next);
      this.advance(Math.max(0, next.atMs - this.monotonicMs()));
      next.work();
      await settled();
    }
    this.advance(endMs - this.monotonicMs());
    await settled();
  }
}
