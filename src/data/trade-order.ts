import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** What trades can be sorted by: of `trades t` and its `accounts a`, with the type its value travels in. */
const columns = {
  closed: { value: sql`t.closed_at`, type: sql`timestamptz`, isNullable: true },
  opened: { value: sql`t.opened_at`, type: sql`timestamptz`, isNullable: false },
  account: { value: sql`a.label`, type: sql`text`, isNullable: false },
  symbol: { value: sql`t.name`, type: sql`text`, isNullable: false },
  side: { value: sql`t.side`, type: sql`text`, isNullable: false },
  lots: { value: sql`t.volume`, type: sql`numeric`, isNullable: false },
  entry: { value: sql`t.open_price`, type: sql`numeric`, isNullable: true },
  exit: { value: sql`t.close_price`, type: sql`numeric`, isNullable: true },
  pips: { value: sql`t.pips`, type: sql`numeric`, isNullable: true },
  held: { value: sql`(t.closed_ms - t.opened_ms)`, type: sql`bigint`, isNullable: true },
  net: { value: sql`t.net`, type: sql`numeric`, isNullable: false },
  ea: { value: sql`t.comment`, type: sql`text`, isNullable: false },
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
  const nulls = areNullsFirst ? sql`nulls first` : sql`nulls last`;
  return sql`${columns[key].value} ${direction} ${nulls}, t.id ${isDescending ? sql`asc` : sql`desc`}`;
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

/** Rows of rank and id, piece after piece, so that each piece finds its index. */
const pieceByPiece = (
  pieces: readonly RawBuilder<SqlBool>[],
  walk: Walk,
  where: RawBuilder<SqlBool>,
  range: RawBuilder<unknown>,
): RawBuilder<unknown> =>
  sql.join(
    pieces.map(
      (piece, rank) => sql`(
        select ${sql.lit(rank)} as rank, t.id from ${from(walk)}
        where ${where} and ${piece} order by ${order(walk)} ${range})`,
    ),
    sql` union all `,
  );

export interface Stretch {
  limit: number;
  offset?: number;
  /** the trade behind which it begins; an offset is counted from the start only */
  after?: Place | null;
}

/**
 * Ranks and ids of a stretch of a list: whoever joins them sorts by rank and by `tradesOrder`, and cuts at the limit
 * again. Ids alone, because carrying whole rows through a sort of all trades costs twice the sort.
 */
export function tradeKeys(
  where: RawBuilder<SqlBool>,
  sort: TradeSort,
  { limit, offset = 0, after = null }: Stretch,
): RawBuilder<unknown> {
  const walk = walkOf(sort);
  const pieces = after === null ? [sql<SqlBool>`true`] : piecesAfter(walk, after);
  return pieceByPiece(pieces, walk, where, sql`limit ${limit} offset ${after === null ? offset : 0}`);
}

/** The one trade next to a place, on either side: at most one row with its id. */
export function tradeBeside(
  where: RawBuilder<SqlBool>,
  sort: TradeSort,
  place: Place,
  direction: 'before' | 'behind',
): RawBuilder<unknown> {
  const walk = direction === 'behind' ? walkOf(sort) : backwards(walkOf(sort));
  const pieces = pieceByPiece(piecesAfter(walk, place), walk, where, sql`limit 1`);
  return sql`select id from (${pieces}) as beside order by rank limit 1`;
}
