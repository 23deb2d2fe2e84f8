import { listAccounts, type AccountRow } from '../data/accounts.js';
import type { Database } from '../data/database.js';
import type { Owned } from './ingest.js';

/** An account that is to be read: because its owner looks, or because somebody asked. Times are monotonic ms. */
export interface Entry extends Owned {
  server: string;
  login: string;
  lightDueMs: number;
  /** null: its history was never read */
  fullDueMs: number | null;
  /** asked by hand: once, whole, whoever is online */
  asked: boolean;
  isIncomplete: boolean;
}

/** States in which an account waits for its owner. */
const waitsForOwner = new Set(['needs-password', 'refused-master', 'unknown-server', 'paused']);

/** Accounts to be read, by id. */
export class Roster {
  readonly entries = new Map<string, Entry>();

  constructor(
    private readonly db: Database,
    private readonly nowMs: () => number,
  ) {}

  /** Takes a user's accounts as they are in the database now. What is already waiting keeps its place. */
  async load(userId: string, isWatched: boolean): Promise<void> {
    const rows = await this.db.withTenant('sync', userId, (tx) => listAccounts(tx, userId));
    const wanted = new Map(rows.filter((row) => row.type === 'live').map((row) => [row.id, row]));
    for (const [id, entry] of this.entries) {
      if (entry.userId === userId && !wanted.has(id)) this.entries.delete(id);
    }
    for (const row of wanted.values()) {
      const held = this.entries.get(row.id);
      const isReadable = isWatched && !waitsForOwner.has(row.state);
      if (!isReadable && held?.asked !== true) this.entries.delete(row.id);
      else if (held === undefined) this.entries.set(row.id, this.fresh(row));
      else this.update(held, row);
    }
  }

  /** Puts one account in, asked for by hand. False for an account that is not there. */
  async ask({ userId, accountId }: Owned): Promise<boolean> {
    const rows = await this.db.withTenant('sync', userId, (tx) => listAccounts(tx, userId));
    const row = rows.find(({ id, type }) => id === accountId && type === 'live');
    if (row === undefined) return false;
    const held = this.entries.get(accountId);
    if (held === undefined) this.entries.set(accountId, { ...this.fresh(row), asked: true });
    else held.asked = true;
    return true;
  }

  /** Nobody looks any more: what was not asked for by hand is not read. */
  drop(userId: string): void {
    for (const [id, entry] of this.entries)
      if (entry.userId === userId && !entry.asked) this.entries.delete(id);
  }

  /** The same entry, since a visit may be under way; new credentials are tried at once. */
  private update(held: Entry, row: AccountRow): void {
    const { server, login, isIncomplete, lightDueMs } = this.fresh(row);
    Object.assign(held, { server, login, isIncomplete });
    if (row.state === 'connecting') held.lightDueMs = lightDueMs;
  }

  private fresh(row: AccountRow): Entry {
    return {
      userId: row.user_id,
      accountId: row.id,
      server: row.server ?? '',
      login: row.login ?? '',
      lightDueMs: this.nowMs(),
      fullDueMs: row.connected_at === null ? null : this.nowMs(),
      asked: false,
      isIncomplete: row.state === 'incomplete',
    };
  }
}
