import { secondMs } from '../lib/clock.js';
import type { After } from '../terminals/timers.js';
import type { Owned } from './ingest.js';
import type { Roster, Taking } from './roster.js';

const againMs = 5 * secondMs;

interface Deps {
  roster: Roster;
  after: After;
  isWatched: (userId: string) => boolean;
  /** the roster may be another */
  onLoaded: () => void;
  onError: (error: unknown) => void;
}

/** Brings what the database says of users' accounts into the roster; while it is away, again and again. */
export class Loader {
  /** one user's steps go one after another: an older look at the accounts never overwrites a newer one */
  private readonly chains = new Map<string, Promise<void>>();
  private readonly retries = new Map<string, () => void>();
  private isStopped = false;

  constructor(private readonly deps: Deps) {}

  /** Takes over a user's accounts. Never rejects. */
  load(userId: string, isNews: boolean): Promise<void> {
    const taking: Taking = { isNews, isWatched: () => this.deps.isWatched(userId) };
    return this.enqueue(userId, `load ${userId}`, () => this.deps.roster.load(userId, taking));
  }

  /** Has one account read once. Never rejects. */
  ask(owner: Owned): Promise<void> {
    return this.enqueue(owner.userId, `ask ${owner.accountId}`, () => this.deps.roster.ask(owner));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const callOff of this.retries.values()) callOff();
    await Promise.all(this.chains.values());
  }

  private enqueue(userId: string, key: string, work: () => Promise<void>): Promise<void> {
    const mine = (this.chains.get(userId) ?? Promise.resolve()).then(() => this.attempt(userId, key, work));
    const tracked = mine.then(() => {
      if (this.chains.get(userId) === tracked) this.chains.delete(userId);
    });
    this.chains.set(userId, tracked);
    return tracked;
  }

  private async attempt(userId: string, key: string, work: () => Promise<void>): Promise<void> {
    if (this.isStopped) return;
    this.retries.get(key)?.();
    this.retries.delete(key);
    try {
      await work();
      this.deps.onLoaded();
    } catch (error) {
      this.deps.onError(error);
      this.tryAgain(key, () => void this.enqueue(userId, key, work));
    }
  }

  /** A stop waits for what has begun; nothing begins after it. */
  private tryAgain(key: string, retry: () => void): void {
    if (!this.isStopped) this.retries.set(key, this.deps.after(againMs, retry));
  }
}
