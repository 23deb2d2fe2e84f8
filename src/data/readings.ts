import { recordReading, type AccountFigures, type Reading } from './accounts.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { replacePositions, type OpenPosition, type PositionRow } from './positions.js';
import { addSnapshot } from './snapshots.js';

/** What one reading left in the tables. */
export interface WrittenReading {
  figures: AccountFigures;
  /** all that is open in the account, the oldest first */
  positions: PositionRow[];
}

/** Writes how an account stands: its own figures, what is open, and a sample of its equity. */
export async function writeReading(
  tx: Tx,
  owner: OwnedAccount,
  reading: Reading,
  open: readonly OpenPosition[],
): Promise<WrittenReading> {
  const [figures, positions] = await Promise.all([
    recordReading(tx, owner.userId, owner.accountId, reading),
    replacePositions(tx, owner, open, reading.at),
    addSnapshot(tx, owner, reading),
  ]);
  return { figures, positions };
}
