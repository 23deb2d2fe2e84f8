import type { CandleWish } from '../data/candles.js';
import type { Database } from '../data/database.js';
import type { Live } from '../data/live.js';
import { weekendAt } from '../domain/instrument.js';
import type { Visit } from '../domain/tally.js';
import { minuteMs, secondMs, type Clock } from '../lib/clock.js';
import { Fault } from '../lib/fault.js';
import type { Keyring } from '../lib/seal.js';
import type { Slot } from '../terminals/supervisor.js';
import type { After } from '../terminals/timers.js';
import type { CandleStanding } from './candle-desk.js';
import { brokerClocks, type BrokerClocks } from './clocks.js';
import { createFeed } from './feed.js';
import { Loader } from './loader.js';
import { watchMarket, type MarketSource, type MarketWatch } from './market.js';
import { watchUsers, type Online } from './online.js';
import { Residents } from './residents.js';
import { Roster, type Entry } from './roster.js';
import { Scheduler } from './scheduler.js';
import { symbolBook } from './symbols.js';
import type { Attention, MarketState, Progress, Sync } from './sync.js';
import { viewOf } from './view.js';
import { visit, type Outcome } from './visit.js';

export interface SyncParts {
  db: Database;
  live: Live;
  keyring: Keyring;
  clock: Clock;
  after: After;
  random: () => number;
  slots: readonly Slot[];
  /** by which prices are read; null: none are */
  market: MarketSource | null;
  /** starts a slot's terminal anew, with nobody logged in */
  restart: (slot: number) => void;
  isSimulated: boolean;
  /** at weekends one terminal reads slowly; a trial with simulated brokers goes on */
  slowWeekends: boolean;
  onError: (error: unknown) => void;
  /** a visit of an account has ended */
  onMeasured?: (visit: Visit) => void;
  /** whether a user's accounts go first among equals; nobody's where it is left out */
  goesFirst?: (userId: string) => Promise<boolean>;
}

/** read · later: not now, it is tried again by itself · owner: it waits for its owner · gone: there is none */
export type Ending = Outcome['kind'];

export interface RunningSync extends Sync {
  /** As `ask`, and says what came of it. What a terminal broke off is tried again before there is an answer. */
  read(userId: string, accountId: string): Promise<Ending>;
  /** Works with the terminal of prices while nobody else does. Throws a Fault where there is none. */
  borrow<T>(work: (slot: Slot) => Promise<T>): Promise<T>;
  /** A terminal has changed: it may be free. */
  wake(): void;
  /** How long ago it last looked for what is due, in ms: every 15 s, whoever is online. */
  sinceLookMs(): number;
  /** Ends when no account is being read any more. */
  stop(): Promise<void>;
}

/** The synchronisation of everybody who is online, over the terminals given. */
export async function createSync(parts: SyncParts): Promise<RunningSync> {
  const sync = new Synchronisation(parts);
  await sync.begin();
  return sync;
}

const waiting: Progress = { step: 'waiting', done: null, total: null };

/** How often whoever watches a long step is told how far it is. */
const progressEveryMs = secondMs / 2;

class Synchronisation implements RunningSync {
  readonly feed;
  readonly isSimulated;
  private readonly residents = new Residents();
  private readonly progress = new Map<string, Progress & { toldMs: number }>();
  private readonly roster: Roster;
  private readonly scheduler: Scheduler;
  private readonly loader: Loader;
  private readonly waiters = new Map<string, ((ending: Ending) => void)[]>();
  private readonly clocks: BrokerClocks;
  private online: Online | null = null;
  private callOff = (): void => undefined;
  private prices: MarketWatch | null = null;

  constructor(private readonly parts: SyncParts) {
    const { db, clock, after, onError } = parts;
    this.feed = createFeed(onError);
    this.clocks = brokerClocks(db);
    this.isSimulated = parts.isSimulated;
    this.roster = new Roster(
      db,
      () => clock.monotonicMs(),
      (accountId) => this.leave(accountId),
      parts.goesFirst,
    );
    this.scheduler = this.createScheduler();
    this.loader = new Loader({
      roster: this.roster,
      after,
      onError,
      isWatched: (userId) => this.presenceOf(userId) !== 'offline',
      onLoaded: () => this.scheduler.wake(),
    });
  }

  /** Goes on with those who were online when the process ended. */
  async begin(): Promise<void> {
    const { clock, after, live, onError } = this.parts;
    const onChange = (userId: string, state: Attention): void => this.attend(userId, state);
    this.online = await watchUsers({ clock, after, live, onError, onChange });
    for (const userId of this.online.users()) void this.loader.load(userId, false);
    this.prices = this.watchPrices();
    this.watchMarketHours(this.market().isOpen);
    // Whoever watches over the process asks when this last looked, also before anybody has come.
    this.scheduler.wake();
  }

  open(userId: string) {
    if (this.online === null) throw new Error('The synchronisation has not begun.');
    return this.online.open(userId);
  }

  presenceOf(userId: string): Attention {
    return this.online?.stateOf(userId) ?? 'offline';
  }

  ask(userId: string, accountId: string): void {
    void this.loader.ask({ userId, accountId });
  }

  async read(userId: string, accountId: string): Promise<Ending> {
    const ending = new Promise<Ending>((resolve) => {
      this.waiters.set(accountId, [...(this.waiters.get(accountId) ?? []), resolve]);
    });
    await this.loader.ask({ userId, accountId });
    const isComing = this.roster.entries.get(accountId)?.asked === true;
    if (!isComing && !this.scheduler.isReading(accountId)) this.end(accountId, 'gone');
    return ending;
  }

  async changed(userId: string): Promise<void> {
    await this.loader.load(userId, true);
    this.feed.publish(userId, [{ type: 'SYNC_STATUS', accountId: null }]);
  }

  progressOf(accountId: string): Progress | null {
    const now = this.progress.get(accountId);
    if (now !== undefined) return now;
    const entry = this.roster.entries.get(accountId);
    return entry !== undefined && (entry.asked || entry.fullDueMs === null) ? waiting : null;
  }

  market(): MarketState {
    const { closed, opensAtMs } = weekendAt(this.parts.clock.now().getTime());
    return { isOpen: !closed, opensAt: opensAtMs === null ? null : new Date(opensAtMs) };
  }

  readsPrices(): boolean {
    return this.parts.market?.isUsable() === true;
  }

  askCandles(wish: CandleWish): CandleStanding {
    return this.prices?.candles.ask(wish) ?? 'off';
  }

  view() {
    const { online, scheduler, roster } = this;
    if (online === null) throw new Error('The synchronisation has not begun.');
    const { slots, clock } = this.parts;
    const entries = [...roster.entries.values()];
    return viewOf({ entries, online, scheduler, slots, nowMs: clock.monotonicMs() });
  }

  async borrow<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
    if (this.prices === null) throw new Fault(409, 'no_terminals', 'No terminal reads prices here.');
    return this.prices.borrow(work);
  }

  wake(): void {
    this.scheduler.wake();
  }

  sinceLookMs(): number {
    return this.scheduler.sinceLookMs();
  }

  async stop(): Promise<void> {
    this.online?.stop();
    this.callOff();
    await Promise.all([this.prices?.stop(), this.loader.stop(), this.scheduler.stop()]);
  }

  private createScheduler(): Scheduler {
    const { db, keyring, clock, after, random, slots, slowWeekends, onError } = this.parts;
    const { roster, residents } = this;
    const deps = {
      ...{ db, keyring, clock, residents },
      clocks: this.clocks,
      symbols: symbolBook(db, clock),
      vacate: (slot: Slot) => this.parts.restart(slot.number),
      onProgress: (accountId: string, now: Progress) => this.follow(accountId, now),
    };
    return new Scheduler({
      ...{ clock, after, random, roster, residents, slots, onError },
      visit: (errand) => visit(deps, errand),
      onVisited: (entry, outcome, wasAsked) => this.visited(entry, outcome, wasAsked),
      isSlow: () => slowWeekends && !this.market().isOpen,
      onMeasured: (visited) => this.parts.onMeasured?.(visited),
    });
  }

  /** Says once a weekend begins or ends; looked at every minute, because clocks are set and machines sleep. */
  private watchMarketHours(wasOpen: boolean): void {
    this.callOff = this.parts.after(minuteMs, () => {
      const { isOpen } = this.market();
      if (isOpen !== wasOpen) this.feed.publishToAll([{ type: 'MARKET_STATE', accountId: null }]);
      this.watchMarketHours(isOpen);
    });
  }

  private watchPrices() {
    const { db, clock, after, slots, restart, onError, market: source } = this.parts;
    if (source === null) return null;
    const { clocks, feed } = this;
    return watchMarket({
      ...{ db, clock, after, clocks, feed, slots, restart, source, onError },
      users: () => this.online?.users() ?? [],
      isOpen: () => this.market().isOpen,
    });
  }

  private end(accountId: string, ending: Ending): void {
    for (const tell of this.waiters.get(accountId) ?? []) tell(ending);
    this.waiters.delete(accountId);
  }

  private attend(userId: string, state: Attention): void {
    this.feed.publish(userId, [{ type: 'SYNC_STATUS', accountId: null }]);
    if (state === 'offline') this.roster.drop(userId);
    else void this.loader.load(userId, false);
  }

  private follow(accountId: string, now: Progress): void {
    const nowMs = this.parts.clock.monotonicMs();
    const { step, toldMs = 0 } = this.progress.get(accountId) ?? {};
    const isTold = step !== now.step || nowMs - toldMs >= progressEveryMs;
    this.progress.set(accountId, { ...now, toldMs: isTold ? nowMs : toldMs });
    const entry = this.roster.entries.get(accountId);
    // Only a first reading is watched step by step; a refresh every 15 s needs no words.
    if (isTold && entry?.fullDueMs === null) this.tellStatus(entry);
  }

  private visited(entry: Entry, outcome: Outcome, wasAsked: boolean): void {
    this.progress.delete(entry.accountId);
    const isRetried = outcome.kind === 'later' && outcome.blame === 'terminal';
    if (wasAsked && !isRetried) this.end(entry.accountId, outcome.kind);
    if (this.presenceOf(entry.userId) === 'offline') this.roster.drop(entry.userId);
    if (outcome.kind === 'read') this.feed.publish(entry.userId, outcome.events);
    else this.tellStatus(entry);
  }

  /** A removed account is logged out where it was in a terminal; while it is being read, by its visit. */
  private leave(accountId: string): void {
    this.end(accountId, 'gone');
    for (const slot of this.parts.slots)
      if (this.residents.in(slot) === accountId && slot.isFree()) this.parts.restart(slot.number);
  }

  private tellStatus({ userId, accountId }: Entry): void {
    this.feed.publish(userId, [{ type: 'SYNC_STATUS', accountId }]);
  }
}
