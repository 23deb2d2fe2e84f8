import { minuteMs } from './clock.js';

/** The minute of an instant, counted from 1970 in UTC. */
export const minuteOf = (at: Date): number => Math.floor(at.getTime() / minuteMs);
export const beginningOf = (minute: number): Date => new Date(minute * minuteMs);

/**
 * What is counted by the minute, of the last `most` minutes. A clock that is set back leaves what it counted ahead of
 * itself where it was; further away than `most` minutes in either direction nothing is held.
 */
export class Minutes<T> {
  private readonly held = new Map<number, T>();

  constructor(
    private readonly most: number,
    private readonly empty: T,
  ) {}

  get size(): number {
    return this.held.size;
  }

  /** Puts in the place of a minute's count what `change` makes of it. */
  change(minute: number, change: (count: T) => T): void {
    const known = this.held.get(minute);
    if (known === undefined) this.forgetFar(minute);
    this.held.set(minute, change(known ?? this.empty));
  }

  at(minute: number): T | null {
    return this.held.get(minute) ?? null;
  }

  /** Of `count` minutes, the last of which is `last`, those in which anything was counted. */
  until(last: number, count: number): [minute: number, count: T][] {
    return [...this.held]
      .filter(([minute]) => minute <= last && minute > last - count)
      .sort(([a], [b]) => a - b);
  }

  private forgetFar(minute: number): void {
    for (const other of this.held.keys()) if (Math.abs(minute - other) >= this.most) this.held.delete(other);
  }
}
