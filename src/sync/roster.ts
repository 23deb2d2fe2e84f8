import { listAccounts, type AccountRow } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { Owned } from './ingest.js';

/** An account that is to be read: because its owner looks, or because somebody asked. Times are monotonic ms. */
export interface Entry extends Owned {
  server: string;
  login: string;
  lightDueMs: number;
  /** after a visit that came to nothing: not before then, whatever else is due */
  restsUntilMs: number;
  /** null: its history was never read */
  fullDueMs: number | null;
  /** asked by hand: once, whole, whoever is online */
  asked: boolean;
  /** visits in a row that came to nothing */
  failures: number;
  /** grows when its row is looked at anew: what an older visit found out about it may be over */
  revision: number;
  /** 1 goes first among equals */
  priority: 0 | 1;
}

/** How a user's accounts are taken over. */
export interface Taking {
  /** asked when the rows are there: whoever looked may have left */
  isWatched: () => boolean;
  /** something about the accounts has changed, and new credentials are tried at once */
  isNews: boolean;
}

/** States in which an account waits for its owner; one that is paused can still be asked for by hand. */
const waitsForOwner = new Set(['needs-password', 'refused-master', 'unknown-server', 'paused']);
const cannotBeAsked = new Set(['needs-password', 'refused-master']);

/** Accounts to be read, by id. */
export class Roster {
  readonly entries = new Map<string, Entry>();

  constructor(
    private readonly db: Database,
    private readonly nowMs: () => number,
    /** an account that was to be read is no more */
    private readonly onGone: (accountId: string) => void = () => undefined,
    /** whether a user's accounts go first among equals */
    private readonly goesFirst: (userId: string) => Promise<boolean> = () => Promise.resolve(false),
  ) {}

  /** Takes a user's accounts as they are in the database now. What is already waiting keeps its place. */
  async load(userId: string, { isWatched, isNews }: Taking): Promise<void> {
    const [rows, priority] = await Promise.all([this.rowsOf(userId), this.priorityOf(userId)]);
    const ids = new Set(rows.map((row) => row.id));
    for (const [id, entry] of this.entries) {
      if (entry.userId !== userId || ids.has(id)) continue;
      this.entries.delete(id);
      this.onGone(id);
    }
    const isSeen = isWatched();
    for (const row of rows) {
      const held = this.entries.get(row.id);
      const isReadable = isSeen && !waitsForOwner.has(row.state);
      if (!isReadable && held?.asked !== true) this.entries.delete(row.id);
      else if (held === undefined) this.entries.set(row.id, this.fresh(row, priority));
      else this.update(Object.assign(held, { priority }), row, isNews);
    }
  }

  /** Puts one account in, asked for by hand. Does nothing for an account that is not there or cannot be read. */
  async ask({ userId, accountId }: Owned): Promise<void> {
    const row = (await this.rowsOf(userId)).find(({ id }) => id === accountId);
    if (row === undefined || cannotBeAsked.has(row.state)) return;
    const priority = await this.priorityOf(userId);
    const held = this.entries.get(accountId) ?? this.fresh(row, priority);
    this.entries.set(accountId, held);
    Object.assign(held, { asked: true, ...this.atOnce() });
  }

  /** Nobody looks any more: what was not asked for by hand is not read. */
  drop(userId: string): void {
    for (const [id, entry] of this.entries)
      if (entry.userId === userId && !entry.asked) this.entries.delete(id);
  }

  private async priorityOf(userId: string): Promise<0 | 1> {
    return (await this.goesFirst(userId)) ? 1 : 0;
  }

  private async rowsOf(userId: string): Promise<AccountRow[]> {
    const rows = await this.db.withTenant('sync', userId, (tx) => listAccounts(tx, userId));
    return rows.filter((row) => row.type === 'live');
  }

  /** The same entry, since a visit may be under way. */
  private update(held: Entry, row: AccountRow, isNews: boolean): void {
    held.server = row.server ?? '';
    held.login = row.login ?? '';
    held.revision += 1;
    if (isNews && row.state === 'connecting') Object.assign(held, this.atOnce());
  }

  private atOnce(): Pick<Entry, 'lightDueMs' | 'restsUntilMs' | 'failures'> {
    return { lightDueMs: this.nowMs(), restsUntilMs: 0, failures: 0 };
  }

  private fresh(row: AccountRow, priority: 0 | 1): Entry {
    return {
      userId: row.user_id,
      accountId: row.id,
      server: row.server ?? '',
      login: row.login ?? '',
      ...this.atOnce(),
      fullDueMs: row.connected_at === null ? null : this.nowMs(),
      asked: false,
      revision: 0,
      priority,
    };
  }
}
