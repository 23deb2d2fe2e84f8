import type { Database } from '../data/database.js';
import { nobody } from '../data/database.js';
import { availability, minutesSince, writeMinute } from '../data/measures.js';
import {
  figuresOf,
  goals,
  nothing,
  slowQueryMs,
  sumTallies,
  withRequest,
  withVisit,
  type Figures,
  type Tally,
  type Visit,
} from '../domain/tally.js';
import { dayMs, hourMs, minuteMs, type Clock } from '../lib/clock.js';
import { minuteOf, Minutes } from '../lib/minutes.js';
import type { MeasureFacts } from '../web/measure-words.js';

export interface Machine {
  /** processes that want to run, over the last minute */
  load: number;
  freeBytes: number;
}

/** A day and the minute that runs: what figures reach back to, and no more is held. */
const heldMinutes = dayMs / minuteMs + 1;

/** Counts what happens in this process, by the minute, and writes each minute down when it is over. */
export class Measures {
  private readonly minutes = new Minutes<Tally>(heldMinutes, nothing);
  private total = nothing;
  /** the accounts that each terminal has read in the minute that runs */
  private seen = { minute: 0, accounts: new Map<number, Set<string>>() };
  private unwritten = new Set<number>();

  constructor(private readonly clock: Clock) {}

  request(tookMs: number, status: number): void {
    this.count((tally) => withRequest(tally, { tookMs, status }));
  }

  query(tookMs: number): void {
    if (tookMs > slowQueryMs) this.count((tally) => ({ ...tally, slowQueries: tally.slowQueries + 1 }));
  }

  visit(visited: Visit): void {
    const accounts = this.accountsWith(visited);
    this.count((tally) => withVisit(tally, visited, accounts));
  }

  look({ load, freeBytes }: Machine): void {
    this.count((tally) => sumTallies([tally, { ...nothing, samples: 1, load, freeBytes }]));
  }

  /** Goes on where an earlier process ended. */
  async recall(db: Database): Promise<void> {
    const since = new Date(this.clock.now().getTime() - dayMs);
    const kept = await db.withTenant('sync', nobody, (tx) => minutesSince(tx, since));
    for (const { minute, tally } of kept) this.minutes.change(minute, (now) => sumTallies([tally, now]));
  }

  /**
   * Writes the minutes that are over; those that cannot be written now are written later, and are none in which the
   * database answered. With `all` the one that runs too: the process ends.
   */
  async write(db: Database, { all = false } = {}): Promise<void> {
    const now = minuteOf(this.clock.now());
    for (const minute of [...this.unwritten].sort((a, b) => a - b)) {
      if (minute >= now && !all) continue;
      const tally = this.minutes.at(minute);
      if (tally !== null) await writeMinute(db, { minute, tally, isAnswered: minute === now - 1 });
      this.unwritten.delete(minute);
    }
  }

  /** Of the last `count` minutes, the one that runs included. */
  figures(count: number): Figures {
    const last = minuteOf(this.clock.now());
    return figuresOf(this.minutes.until(last, count).map(([, tally]) => tally));
  }

  /** Since the process began. */
  sinceStart(): Tally {
    return this.total;
  }

  /** Everything measured; without availability where the database is away. */
  async facts(db: Database): Promise<MeasureFacts> {
    const now = this.clock.now();
    const seen = await db.withTenant('sync', nobody, (tx) => availability(tx, now)).catch(() => null);
    return {
      hour: this.figures(hourMs / minuteMs),
      day: this.figures(dayMs / minuteMs),
      availability: seen && { ...seen, since: seen.since?.toISOString() ?? null },
      goals,
    };
  }

  private count(change: (tally: Tally) => Tally): void {
    const minute = minuteOf(this.clock.now());
    this.minutes.change(minute, change);
    this.total = change(this.total);
    this.unwritten.add(minute);
    // As many as are held: the others have nothing left to be written.
    if (this.unwritten.size > heldMinutes)
      for (const old of this.unwritten) if (this.minutes.at(old) === null) this.unwritten.delete(old);
  }

  private accountsWith({ slot, accountId, isRead }: Visit): number {
    const minute = minuteOf(this.clock.now());
    if (this.seen.minute !== minute) this.seen = { minute, accounts: new Map() };
    const accounts = this.seen.accounts.get(slot) ?? new Set();
    if (isRead === true) this.seen.accounts.set(slot, accounts.add(accountId));
    return accounts.size;
  }
}
