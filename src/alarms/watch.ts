import {
  currentAlarms,
  lastMessages,
  noteObservations,
  settleMessage,
  takeMessage,
  type AlarmMessage,
  type Fate,
} from '../data/alarms.js';
import { nobody, type Database, type Tx } from '../data/database.js';
import { givesUpAfterMs, retryAfterMs } from '../domain/alarm.js';
import { observe, type AlarmFacts } from '../domain/alarm-facts.js';
import type { Clock } from '../lib/clock.js';
import { letterOf, testLetter, type Outcome } from './message.js';
import type { Post } from './post.js';

export interface AlarmWatchParts {
  db: Database;
  clock: Clock;
  post: Post;
  publicUrl: string;
  newId: () => string;
  readFacts: () => Promise<AlarmFacts>;
}

/** Looks whether something is amiss, and tells the administrator. What is told waits in the database until it is sent. */
export class AlarmWatch {
  constructor(private readonly parts: AlarmWatchParts) {}

  /** Takes one look at everything. Looking again changes nothing that has not changed. */
  async look(): Promise<void> {
    const facts = await this.parts.readFacts();
    const channels = await this.parts.post.channels();
    await this.asked((tx) => noteObservations(tx, observe(facts), { now: this.now(), channels }));
  }

  /** Sends the message that has waited longest; false where none is due. */
  async sendOne(): Promise<boolean> {
    const message = await this.asked((tx) => takeMessage(tx, this.now()));
    if (message === null) return false;
    const { id, channel, kind, telling, says, created_at: at } = message;
    const letter = letterOf({ id, kind, telling, says, at }, this.parts.publicUrl);
    const outcome = await this.parts.post.send(channel, letter);
    await this.asked((tx) => settleMessage(tx, id, this.fateOf(message, outcome), outcome.says));
    return true;
  }

  /** Sends something to everybody who would be told, and says what came back. */
  async test(): Promise<(Outcome & { channel: AlarmMessage['channel'] })[]> {
    const letter = testLetter(this.parts.newId(), this.now(), this.parts.publicUrl);
    const channels = await this.parts.post.channels();
    return Promise.all(
      channels.map(async (channel) => ({ channel, ...(await this.parts.post.send(channel, letter)) })),
    );
  }

  current(): ReturnType<typeof currentAlarms> {
    return this.asked(currentAlarms);
  }

  lastMessages(limit: number): Promise<AlarmMessage[]> {
    return this.asked((tx) => lastMessages(tx, limit));
  }

  private fateOf({ created_at: created, tries }: AlarmMessage, { isTaken }: Outcome): Fate {
    const now = this.now();
    const dueAt = new Date(now.getTime() + retryAfterMs(tries));
    const isTooLate = dueAt.getTime() - created.getTime() > givesUpAfterMs;
    return isTaken || isTooLate ? { isDone: true, isDelivered: isTaken, at: now } : { isDone: false, dueAt };
  }

  private now(): Date {
    return this.parts.clock.now();
  }

  private asked<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.parts.db.withTenant('sync', nobody, work);
  }
}
