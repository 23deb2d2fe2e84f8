import {
  backtestOf,
  backtestOfImport,
  dropWaiting,
  heldSiblings,
  keepBacktest,
  removeBacktest,
} from '../../data/backtests.js';
import type { Tx } from '../../data/database.js';
import { countRows, type OfBatch } from '../../data/import-rows.js';
import { changeImport } from '../../data/imports.js';
import type { Counts } from './save.js';
import type { Summary } from './summary.js';

/** How many rows of a tester's report are new: all of them, or none where the same test is there already. */
export async function backtestCounts(tx: Tx, batch: OfBatch, { rejected }: Summary): Promise<Counts> {
  const { userId, importId } = batch;
  const run = await backtestOf(tx, userId, importId, { waiting: true });
  const { new: deals } = await countRows(tx, batch, null);
  const rows = run === undefined ? deals : run.passes || deals;
  const isThere = (await backtestOfImport(tx, batch)) !== undefined;
  return { new: isThere ? 0 : rows, duplicate: isThere ? rows : 0, changed: 0, rejected };
}

/**
 * Saves what was read of a test under a name; where the same test is there already, only that is noted. The import is
 * ready and a backtest's. Saving the same again does nothing.
 */
export async function saveBacktest(
  tx: Tx,
  batch: OfBatch,
  { name, at, summary }: { name: string | null; at: Date; summary: Summary },
): Promise<void> {
  const { userId, importId } = batch;
  const own = (await heldSiblings(tx, batch)).find(({ id }) => id === importId);
  if (own?.state !== 'ready') return;
  const counts = await backtestCounts(tx, batch, summary);
  const run = await backtestOf(tx, userId, importId, { waiting: true });
  if (counts.duplicate > 0 || (await backtestOfImport(tx, batch)) !== undefined) await dropWaiting(tx, batch);
  else if (run !== undefined) await keepBacktest(tx, batch, { name: name ?? run.name, at });
  await changeImport(tx, batch, { state: 'saved', saved_at: at, counts: JSON.stringify(counts) });
}

/** Takes a test's import back; the test goes when no other saved import holds it. Doing it again does nothing. */
export async function undoBacktest(tx: Tx, batch: OfBatch): Promise<void> {
  const siblings = await heldSiblings(tx, batch);
  const own = siblings.find(({ id }) => id === batch.importId);
  if (own === undefined || own.state === 'undone') return;
  const isElsewhere = siblings.some(({ id, state }) => id !== own.id && state === 'saved');
  const there = await backtestOfImport(tx, batch);
  if (own.state === 'saved' && !isElsewhere && there !== undefined)
    await removeBacktest(tx, batch.userId, there.id);
  else await dropWaiting(tx, batch);
  await changeImport(tx, batch, { state: 'undone' });
}
