import type { RawBuilder, SqlBool } from 'kysely';
import type { Database } from '../../data/database.js';
import { notesOf } from '../../data/journal.js';
import type { Place, TradeSort } from '../../data/trade-order.js';
import { tradeRows, type TradeRow } from '../../data/trade-rows.js';
import type { ExportTrade } from '../../reports/export-trade.js';
import { exportDeals } from './export-queries.js';
import { exportJson, exportTrade } from './export-view.js';

/** Exactly the trades of a list, in its order. */
export interface ExportList {
  db: Database;
  userId: string;
  where: RawBuilder<SqlBool>;
  sort: TradeSort;
}

/** Trades of one transaction: nobody who reads slowly holds one open. */
const stretchLength = 2_000;

interface Stretch {
  rows: TradeRow[];
  /** by the ids of trades */
  notes: Map<string, string>;
}

const rowsBehind = ({ db, userId, where, sort }: ExportList, after: Place | null): Promise<Stretch> =>
  db.withTenant('app', userId, async (tx) => {
    const rows = await tradeRows(tx, userId, { where, sort, stretch: { limit: stretchLength, after } });
    const noted = rows.filter(({ journal }) => journal?.hasNotes === true).map(({ id }) => id);
    return { rows, notes: noted.length === 0 ? new Map() : await notesOf(tx, userId, noted) };
  });

async function* stretches(list: ExportList): AsyncGenerator<Stretch> {
  let after: Place | null = null;
  for (;;) {
    const stretch: Stretch = await rowsBehind(list, after);
    const { rows } = stretch;
    if (rows.length > 0) yield stretch;
    const last = rows.at(-1);
    if (last === undefined || rows.length < stretchLength) return;
    after = { value: last.place, id: last.id };
  }
}

/** Lines of a table, stretch after stretch, each read when the one before has been taken. */
export async function* tableOf(list: ExportList): AsyncGenerator<ExportTrade[]> {
  for await (const { rows, notes } of stretches(list))
    yield rows.map((row) => exportTrade(row, notes.get(row.id) ?? ''));
}

/** The same with all deals, as JSON has them. */
export async function* wholeOf(list: ExportList): AsyncGenerator<object[]> {
  const { db, userId } = list;
  for await (const { rows, notes } of stretches(list)) {
    const deals = await db.withTenant('app', userId, (tx) => exportDeals(tx, userId, rows));
    yield rows.map((row, at) => exportJson(row, { deals: deals[at] ?? [], notes: notes.get(row.id) ?? '' }));
  }
}
