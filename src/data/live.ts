import type { BaseLogger } from 'pino';

/** What can be rebuilt when it is lost: one small port, in Redis or inside the process. */
export interface Live {
  /**
   * Counts one more event for `key` in its current window; the window starts with its first event.
   * `resetMs` is what is left of the window. Rejects within two seconds when the store cannot be reached.
   */
  hit(key: string, windowMs: number): Promise<Hit>;
  /** Ends the key's window: the next event is the first of a new one. */
  forget(key: string): Promise<void>;
  /** Holds `member` in the set until that instant; again: until the new one. */
  lease(set: string, member: string, until: Date): Promise<void>;
  /** Lets go of a member before its time. */
  release(set: string, member: string): Promise<void>;
  /** Who is held at `now`, and until when. */
  leases(set: string, now: Date): Promise<Map<string, Date>>;
  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
  readonly kind: 'redis' | 'in-process';
  close(): Promise<void>;
}

export interface Hit {
  readonly count: number;
  readonly resetMs: number;
}

export type LiveLog = Pick<BaseLogger, 'info' | 'warn'>;
