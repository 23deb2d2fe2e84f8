import type { Clock } from '../lib/clock.js';

/** A clock that moves only when told to. */
export class TestClock implements Clock {
  private wallMs: number;
  private monotonic = 0;

  constructor(start = '2026-03-02T09:00:00Z') {
    this.wallMs = Date.parse(start);
  }

  now(): Date {
    return new Date(this.wallMs);
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  advance(ms: number): void {
    this.wallMs += ms;
    this.monotonic += ms;
  }
}
