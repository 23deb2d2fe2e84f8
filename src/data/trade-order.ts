import { sql, type RawBuilder, type SqlBool } from 'kysely';

// As domain/planned-reward.ts reckons it.
const risked = sql`abs(t.open_price - t.stop_loss)`;
const planned = sql`(abs(t.take_profit - t.open_price) / nullif(${risked}, 0))`;

/** What trades can be sorted by: of `trades t` and its `accounts a`, with the type its value travels in. */
const columns = {
  closed: { value: sql`t.closed_at`, type: sql`timestamptz`, isNullable: true },
  opened: { value: sql`t.opened_at`, type: sql`timestamptz`, isNullable: false },
  account: { value: sql`a.label`, type: sql`text`, isNullable: false },
  source: { value: sql`t.source`, type: sql`text`, isNullable: false },
  symbol: { value: sql`t.name`, type: sql`text`, isNullable: false },
  side: { value: sql`t.side`, type: sql`text`, isNullable: false },
  lots: { value: sql`t.volume`, type: sql`numeric`, isNullable: false },
  entry: { value: sql`t.open_price`, type: sql`numeric`, isNullable: true },
  exit: { value: sql`t.close_price`, type: sql`numeric`, isNullable: true },
  stop: { value: sql`t.stop_loss`, type: sql`numeric`, isNullable: true },
  target: { value: sql`t.take_profit`, type: sql`numeric`, isNullable: true },
  pips: { value: sql`t.pips`, type: sql`numeric`, isNullable: true },
  planned: { value: planned, type: sql`numeric`, isNullable: true },
  r: { value: sql`t.r`, type: sql`numeric`, isNullable: true },
  session: { value: sql`t.session`, type: sql`text`, isNullable: true },
  held: { value: sql`t.held_ms`, type: sql`bigint`, isNullable: true },
  gross: { value: sql`t.gross`, type: sql`numeric`, isNullable: false },
  commission: { value: sql`t.commission`, type: sql`numeric`, isNullable: false },
  swap: { value: sql`t.swap`, type: sql`numeric`, isNullable: false },
  fee: { value: sql`t.fee`, type: sql`numeric`, isNullable: false },
  net: { value: sql`t.net`, type: sql`numeric`, isNullable: false },
  comment: { value: sql`t.comment`, type: sql`text`, isNullable: false },
  magic: { value: sql`t.magic`, type: sql`numeric`, isNullable: false },
} as const;

export type SortKey = keyof typeof columns;
export const sortKeys = Object.keys(columns) as readonly SortKey[];

export interface TradeSort {
  key: SortKey;
  isDescending: boolean;
}

/** Where a trade stands in a sorted list: its value as text (null is unknown) and its id, which settles ties. */
export interface Place {
  value: string | null;
  id: string;
}

interface Walk extends TradeSort {
  areNullsFirst: boolean;
}

/** Still open counts as closed last of all; any other unknown stands at the end, whichever way one sorts. */
const walkOf = (sort: TradeSort): Walk => ({
  ...sort,
  areNullsFirst: sort.key === 'closed' && sort.isDescending,
});

/**
 * The same, or backwards, as the index of a column has it: what is unknown stands at one end of it, and so at the
 * other one when it is read backwards. Indexes have it last; that of closing has what is still open first.
 */
const asIndexed = (walk: Walk): Walk => ({
  ...walk,
  areNullsFirst: walk.key === 'closed' ? walk.isDescending : !walk.isDescending,
});

const backwards = (walk: Walk): Walk => ({
  key: walk.key,
  isDescending: !walk.isDescending,
  areNullsFirst: !walk.areNullsFirst,
});

/** The value that a place holds, as text. */
export const placeValue = ({ key }: TradeSort): RawBuilder<string | null> =>
  sql<string | null>`${columns[key].value}::text`;

// The id runs against the value, so that an index on (value desc, id) serves both ways.
function order({ key, isDescending, areNullsFirst }: Walk): RawBuilder<unknown> {
  const direction = isDescending ? sql`desc` : sql`asc`;
  // Said only where there are any: an index that does not say it serves both ways.
  const nulls = !columns[key].isNullable ? sql`` : areNullsFirst ? sql`nulls first` : sql`nulls last`;
  return sql`${columns[key].value} ${direction} ${nulls}, t.id ${isDescending ? sql`asc` : sql`desc`}`;
}

/** All of a list, in pieces that follow one another and that an index can be asked for. */
function allPieces(walk: Walk): RawBuilder<SqlBool>[] {
  const { value, isNullable } = columns[walk.key];
  if (!isNullable || asIndexed(walk).areNullsFirst === walk.areNullsFirst) return [sql<SqlBool>`true`];
  const pieces = [sql<SqlBool>`${value} is not null`, sql<SqlBool>`${value} is null`];
  return walk.areNullsFirst ? pieces.reverse() : pieces;
}

/** What stands behind a place, in pieces that follow one another. */
function piecesAfter(walk: Walk, { value, id }: Place): RawBuilder<SqlBool>[] {
  const column = columns[walk.key];
  const idAfter = walk.isDescending ? sql`t.id > ${id}` : sql`t.id < ${id}`;
  const unknown = sql<SqlBool>`${column.value} is null`;
  if (value === null) {
    const rest = sql<SqlBool>`(${unknown} and ${idAfter})`;
    return walk.areNullsFirst ? [rest, sql<SqlBool>`${column.value} is not null`] : [rest];
  }
  const at = sql`${value}::${column.type}`;
  const [notBefore, after] = walk.isDescending
    ? [sql`${column.value} <= ${at}`, sql`${column.value} < ${at}`]
    : [sql`${column.value} >= ${at}`, sql`${column.value} > ${at}`];
  // The first half is what an index can be asked for.
  const known = sql<SqlBool>`(${notBefore} and (${after} or ${idAfter}))`;
  return column.isNullable && !walk.areNullsFirst ? [known, unknown] : [known];
}

export const tradesOrder = (sort: TradeSort): RawBuilder<unknown> => order(walkOf(sort));

const from = ({ key }: TradeSort): RawBuilder<unknown> =>
  key === 'account'
    ? sql`trades t join accounts a on a.user_id = t.user_id and a.id = t.account_id`
    : sql`trades t`;

/** The first of each piece: its rank and its id. */
const firstOfEach = (
  pieces: readonly RawBuilder<SqlBool>[],
  walk: Walk,
  where: RawBuilder<SqlBool>,
): RawBuilder<unknown> =>
  sql.join(
    pieces.map(
      (piece, rank) => sql`(
        select ${sql.lit(rank)} as rank, t.id from ${from(walk)}
        where ${where} and ${piece} order by ${order(asIndexed(walk))} limit 1)`,
    ),
    sql` union all `,
  );

/** A list in pieces that follow one another, from its start or from behind a place on: conditions on `trades t`. */
export const tradePieces = (sort: TradeSort, after: Place | null): RawBuilder<SqlBool>[] =>
  after === null ? allPieces(walkOf(sort)) : piecesAfter(walkOf(sort), after);

/** Ids of a stretch of one piece. Ids alone, because carrying whole rows through a sort of all trades costs twice the sort. */
export const tradeKeys = (
  where: RawBuilder<SqlBool>,
  sort: TradeSort,
  { limit, offset }: { limit: number; offset: number },
): RawBuilder<unknown> => {
  const walk = walkOf(sort);
  return sql`
    select t.id from ${from(walk)} where ${where}
    order by ${order(asIndexed(walk))} limit ${limit} offset ${offset}`;
};

/** The one trade next to a place, on either side: at most one row with its id. */
export function tradeBeside(
  where: RawBuilder<SqlBool>,
  sort: TradeSort,
  place: Place,
  direction: 'before' | 'behind',
): RawBuilder<unknown> {
  const walk = direction === 'behind' ? walkOf(sort) : backwards(walkOf(sort));
  const pieces = firstOfEach(piecesAfter(walk, place), walk, where);
  return sql`select id from (${pieces}) as beside order by rank limit 1`;
}
