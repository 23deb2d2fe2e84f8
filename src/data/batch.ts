import { sql, type RawBuilder } from 'kysely';

type Cell = string | number | boolean | null;

const arrays = {
  bigint: (cells: string) => sql`unnest(${cells}::bigint[])`,
  smallint: (cells: string) => sql`unnest(${cells}::smallint[])`,
  numeric: (cells: string) => sql`unnest(${cells}::numeric[])`,
  uuid: (cells: string) => sql`unnest(${cells}::uuid[])`,
  // Milliseconds: instants take both sides ten times as long to write and to read as text.
  instant: (cells: string) => sql`to_timestamp(unnest(${cells}::bigint[])::float8 / 1000)`,
  boolean: (cells: string) => sql`unnest(${cells}::boolean[])`,
  text: (cells: string) => sql`unnest(${cells}::text[])`,
  // Text of our own, which can be null and holds nothing to be escaped.
  word: (cells: string) => sql`unnest(${cells}::text[])`,
  // `unnest` takes arrays of arrays apart to the last element, so these travel as the text that PostgreSQL reads.
  'bigint[]': (cells: string) => sql`unnest(${cells}::text[])::bigint[]`,
  'text[]': (cells: string) => sql`unnest(${cells}::text[])::text[]`,
} as const;

/** How a column of a table is filled from what is to be stored. */
export interface Column<T> {
  name: string;
  type: keyof typeof arrays;
  of: (row: T) => Cell;
}

/** Rows of one statement: neither its arrays nor the making of them hold anybody up. */
const batchSize = 1_000;

export function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Lets `work` begin one thing after another, each when the one before has ended: it can make the next ready meanwhile.
 * Whatever fails, nothing is under way any more when this ends.
 */
export async function oneAhead<T>(
  work: (begin: (next: () => Promise<unknown>) => Promise<void>) => Promise<T>,
): Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  const begin = async (next: () => Promise<unknown>): Promise<void> => {
    await running;
    running = next();
    running.catch(() => undefined); // It is waited for below.
  };
  try {
    return await work(begin);
  } finally {
    await running;
  }
}

const special = /["\\]/;
const quoted = (cell: Cell): string => {
  const text = String(cell);
  return `"${special.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
};

const free: ReadonlySet<keyof typeof arrays> = new Set(['text', 'bigint[]', 'text[]']);

// A whole array as one text. The driver would look through each element for what must be escaped, which takes longer
// than PostgreSQL then takes to read it; only free text can hold anything of the kind.
function literal<T>({ type, of }: Column<T>, rows: readonly T[]): string {
  const cell = free.has(type) ? (row: T) => quoted(of(row)) : (row: T) => of(row) ?? 'NULL';
  return `{${rows.map(cell).join(',')}}`;
}

/** The rows of a batch as what to select: arrays that are read side by side. In a FROM clause each would be copied first. */
export const unnested = <T>(columns: readonly Column<T>[], rows: readonly T[]): RawBuilder<unknown> =>
  sql.join(columns.map((column) => arrays[column.type](literal(column, rows))));

type Named = Pick<Column<never>, 'name'>;

/** The names, each after a table's where one is given. */
export const named = (columns: readonly Named[], table?: string): RawBuilder<unknown> =>
  sql.join(columns.map(({ name }) => sql.ref(table === undefined ? name : `${table}.${name}`)));

/** For `update … set`, from the columns of another table. */
export const replaced = (columns: readonly Named[], from: string): RawBuilder<unknown> =>
  sql.join(columns.map(({ name }) => sql`${sql.ref(name)} = ${sql.ref(`${from}.${name}`)}`));

/** Whether the columns of two rows differ. */
export const differ = (columns: readonly Named[], left: string, right: string): RawBuilder<boolean> =>
  sql<boolean>`(${named(columns, left)}) is distinct from (${named(columns, right)})`;
