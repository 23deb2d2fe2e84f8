import { sql, type RawBuilder } from 'kysely';

type Cell = string | number | null;

// A whole array as one text. The driver would look through each element for what must be escaped, which takes longer
// than PostgreSQL then takes to read it; only free text can hold anything of the kind.
const plain = (cells: readonly Cell[]): string => `{${cells.map((cell) => cell ?? 'NULL').join(',')}}`;
const special = /["\\]/;
const quoted = (cell: Cell): string => {
  if (cell === null) return 'NULL';
  const text = String(cell);
  return `"${special.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
};

const arrays = {
  bigint: (cells: readonly Cell[]) => sql`${plain(cells)}::bigint[]`,
  smallint: (cells: readonly Cell[]) => sql`${plain(cells)}::smallint[]`,
  numeric: (cells: readonly Cell[]) => sql`${plain(cells)}::numeric[]`,
  uuid: (cells: readonly Cell[]) => sql`${plain(cells)}::uuid[]`,
  timestamptz: (cells: readonly Cell[]) => sql`${plain(cells)}::timestamptz[]`,
  text: (cells: readonly Cell[]) => sql`${`{${cells.map(quoted).join(',')}}`}::text[]`,
} as const;

/** How a column of a table is filled from what is to be stored. */
export interface Column<T> {
  name: string;
  type: keyof typeof arrays;
  of: (row: T) => Cell;
}

/** Rows of one statement: its arrays stay small enough to parse quickly. */
const batchSize = 5_000;

export function* batches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += batchSize) yield rows.slice(start, start + batchSize);
}

/** The rows of a batch, to select from: one array a column. */
export const unnested = <T>(columns: readonly Column<T>[], rows: readonly T[]): RawBuilder<unknown> =>
  sql`unnest(${sql.join(columns.map(({ type, of }) => arrays[type](rows.map(of))))})`;

type Named = Pick<Column<never>, 'name'>;

/** The names, each after a table's where one is given. */
export const named = (columns: readonly Named[], table?: string): RawBuilder<unknown> =>
  sql.join(columns.map(({ name }) => sql.ref(table === undefined ? name : `${table}.${name}`)));

/** For `on conflict do update set`. */
export const replaced = (columns: readonly Named[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`));

/** Whether the columns of two rows differ. */
export const differ = (columns: readonly Named[], left: string, right: string): RawBuilder<boolean> =>
  sql<boolean>`(${named(columns, left)}) is distinct from (${named(columns, right)})`;

/** Whether a row of the table reads letter by letter as this would be stored. Two ways to write a number are not. */
export const isStored = <T>(
  columns: readonly Column<T>[],
  row: Readonly<Record<string, unknown>>,
  wanted: T,
): boolean => columns.every(({ name, of }) => String(row[name]) === String(of(wanted)));
