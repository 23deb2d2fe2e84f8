import { sql, type Insertable, type Selectable } from 'kysely';
import { batches, unnested, type Column } from './batch.js';
import type { Tx } from './database.js';
import { removeBatchRows, type OfBatch } from './import-rows.js';
import type { Schema } from './schema.js';

/** A tester's report as it stands in the table. */
export type BacktestRow = Selectable<Schema['backtests']>;
/** One that does not wait any more. */
export type SavedBacktest = BacktestRow & { saved_at: Date };
export type NewBacktest = Omit<
  Insertable<Schema['backtests']>,
  'user_id' | 'id' | 'saved_at' | 'digest' | 'passes'
>;

/** What was read of a tester's report, in the beginning: it waits to be saved. */
export const addBacktest = async (tx: Tx, { userId, importId }: OfBatch, run: NewBacktest): Promise<void> => {
  await tx
    .insertInto('backtests')
    .values({ ...run, user_id: userId, id: importId, saved_at: null, digest: null })
    .execute();
};

/** So many passes of an optimisation are kept; of those beyond only the number is known. */
export const mostPasses = 50_000;

interface Pass {
  row: number;
  cells: readonly string[];
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const passColumns: readonly Column<Pass>[] = [
  { name: 'row', type: 'bigint', of: ({ row }) => row },
  { name: 'cells', type: 'text[]', of: ({ cells }) => `{${cells.map(quoted).join(',')}}` },
];

export async function addPasses(
  tx: Tx,
  { userId, importId }: OfBatch,
  passes: Iterable<Pass>,
): Promise<void> {
  for (const batch of batches(passes))
    await sql`
      insert into backtest_passes (user_id, backtest_id, row, cells)
      select ${userId}::uuid, ${importId}::uuid, ${unnested(passColumns, batch)}`.execute(tx);
}

/** All of it has been read: how many passes there were, and by what the same test is known again. */
export async function completeBacktest(
  tx: Tx,
  { userId, importId }: OfBatch,
  { digest, passes }: { digest: string; passes: number },
): Promise<void> {
  await tx
    .updateTable('backtests')
    .set({ digest, passes })
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .execute();
  await tx
    .updateTable('imports')
    .set({ kind: 'backtest', digest, account_id: null })
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .execute();
}

/** A backtest that was saved or, with `waiting`, one that waits for it. */
export const backtestOf = (
  tx: Tx,
  userId: string,
  id: string,
  { waiting = false }: { waiting?: boolean } = {},
): Promise<BacktestRow | undefined> =>
  tx
    .selectFrom('backtests')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .$if(!waiting, (query) => query.where('saved_at', 'is not', null))
    .selectAll()
    .executeTakeFirst();

/** The saved backtest that holds what an import read: its own, or that of the same file before. */
export const backtestOfImport = (
  tx: Tx,
  { userId, importId }: OfBatch,
): Promise<Pick<BacktestRow, 'id' | 'name'> | undefined> =>
  tx
    .selectFrom('imports as i')
    .innerJoin('backtests as b', (join) =>
      join.onRef('b.user_id', '=', 'i.user_id').onRef('b.digest', '=', 'i.digest'),
    )
    .where('i.user_id', '=', userId)
    .where('i.id', '=', importId)
    .where('b.saved_at', 'is not', null)
    .select(['b.id', 'b.name'])
    .executeTakeFirst();

/** Columns that a list shows: not the long ones. */
const listed = [
  ...(['id', 'name', 'format', 'expert', 'symbol', 'period', 'currency', 'deposit', 'leverage'] as const),
  ...([
    'digits',
    'deals',
    'positions',
    'passes',
    'saved_at',
    'figures',
    'totals',
    'first_ms',
    'last_ms',
  ] as const),
] as const;
export type ListedBacktest = Pick<SavedBacktest, (typeof listed)[number]>;

/** Saved backtests, the one saved last first; `after` is a row's time and id. */
export const listBacktests = (
  tx: Tx,
  userId: string,
  {
    limit,
    offset = 0,
    after = null,
  }: { limit: number; offset?: number; after?: { at: Date; id: string } | null },
): Promise<ListedBacktest[]> =>
  tx
    .selectFrom('backtests')
    .where('user_id', '=', userId)
    .where('saved_at', 'is not', null)
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(saved_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid)`,
      ),
    )
    .select(listed)
    .$narrowType<{ saved_at: Date }>()
    .orderBy('saved_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();

export async function countBacktests(tx: Tx, userId: string): Promise<number> {
  const row = await tx
    .selectFrom('backtests')
    .where('user_id', '=', userId)
    .where('saved_at', 'is not', null)
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export const renameBacktest = async (tx: Tx, userId: string, id: string, name: string): Promise<void> => {
  await tx
    .updateTable('backtests')
    .set({ name })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
};

/** Lets one that waits count, under a name; the import that brought it is saved with it. */
export async function keepBacktest(
  tx: Tx,
  { userId, importId }: OfBatch,
  { name, at }: { name: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('backtests')
    .set({ name, saved_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .execute();
}

/** Drops what an import has read of a test, unless it counts already: rows, passes, the run. */
export async function dropWaiting(tx: Tx, batch: OfBatch): Promise<void> {
  const { userId, importId } = batch;
  const own = await backtestOf(tx, userId, importId);
  if (own !== undefined) return;
  await removeBacktest(tx, userId, importId);
}

/** A backtest with its deals and its passes. Its import stays as a note of what was done. */
export async function removeBacktest(tx: Tx, userId: string, id: string): Promise<void> {
  await removeBatchRows(tx, { userId, importId: id });
  await tx.deleteFrom('backtests').where('user_id', '=', userId).where('id', '=', id).execute();
}

/** Imports of the same test, held until the transaction ends, so that two of them are not decided on at once. */
export const heldSiblings = (
  tx: Tx,
  { userId, importId }: OfBatch,
): Promise<Pick<Selectable<Schema['imports']>, 'id' | 'state'>[]> =>
  tx
    .selectFrom('imports')
    .where('user_id', '=', userId)
    .where('digest', 'in', (query) =>
      query.selectFrom('imports').where('user_id', '=', userId).where('id', '=', importId).select('digest'),
    )
    .select(['id', 'state'])
    .orderBy('id')
    .forUpdate()
    .execute();

/** Removes a saved backtest for good; every import that holds it is taken back with it. */
export async function forgetBacktest(tx: Tx, userId: string, id: string): Promise<void> {
  const siblings = await heldSiblings(tx, { userId, importId: id });
  const saved = siblings.filter(({ state }) => state === 'saved').map((one) => one.id);
  if (saved.length > 0)
    await tx
      .updateTable('imports')
      .set({ state: 'undone' })
      .where('user_id', '=', userId)
      .where('id', 'in', saved)
      .execute();
  await removeBacktest(tx, userId, id);
}

/** Saved runs of a tester, optimisations left out; the one saved last first. */
export const testRuns = (tx: Tx, userId: string, most: number): Promise<ListedBacktest[]> =>
  tx
    .selectFrom('backtests')
    .where('user_id', '=', userId)
    .where('saved_at', 'is not', null)
    .where('passes', '=', 0)
    .select(listed)
    .$narrowType<{ saved_at: Date }>()
    .orderBy('saved_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
