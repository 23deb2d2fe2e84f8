import { backtestOf, type SavedBacktest } from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';

/** A saved backtest of the user's. Throws a Fault 404. */
export async function ownBacktest(tx: Tx, userId: string, id: string): Promise<SavedBacktest> {
  const known = idField.safeParse(id);
  const row = known.success ? await backtestOf(tx, userId, known.data) : undefined;
  if (row === undefined || row.saved_at === null) throw notFound();
  return { ...row, saved_at: row.saved_at };
}
