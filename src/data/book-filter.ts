import { sql } from 'kysely';
import { byHand, isNoExpert } from '../domain/expert.js';
import { plainName } from '../domain/instrument.js';
import type { Coded } from '../domain/stats/coded.js';
import type { TradeTable } from '../domain/stats/trade-table.js';
import type { Tx } from './database.js';
import type { JournalFilter } from './journal-filter.js';
import { tradesWhere, type TradeFilter } from './trade-filter.js';
import { asksNothing } from './journal-filter.js';

/** Which trades of a table a filter means: their rows in order; null: all of them. */
export function rowsWhere(
  trades: TradeTable,
  filter: TradeFilter,
  written: ReadonlySet<string> | null,
): Int32Array | null {
  const tests = testsOf(trades, filter, written);
  if (tests.length === 0) return null;
  const rows = new Int32Array(trades.ids.length);
  let count = 0;
  for (let row = 0; row < rows.length; row += 1)
    if (tests.every((isMeant) => isMeant(row))) {
      rows[count] = row;
      count += 1;
    }
  return rows.slice(0, count);
}

type Test = (row: number) => boolean;

const wordIs = ({ codes, words }: Coded, is: (word: string) => boolean): Test => {
  const meant = Uint8Array.from(words, (word) => (is(word) ? 1 : 0));
  return (row) => meant[codes[row] ?? 0] === 1;
};

const symbolIs = (trades: TradeTable, symbol: string): Test => {
  const isName = wordIs(trades.names, (name) => name === symbol);
  if (plainName(symbol) === symbol) return isName;
  const isSymbol = wordIs(trades.symbols, (word) => word === symbol);
  return (row) => isName(row) || isSymbol(row);
};

type Asked = Exclude<keyof TradeFilter, 'account' | keyof JournalFilter>;

/** Every field but the accounts, which were chosen before, and what was written of trades, which the database knows. */
const tests: Record<Asked, (trades: TradeTable, filter: TradeFilter) => Test | null> = {
  symbol: (trades, { symbol }) => (symbol === null ? null : symbolIs(trades, symbol)),
  side: ({ sides }, { side }) => (side === null ? null : wordIs(sides, (word) => word === side)),
  magic: ({ magics }, { magic }) =>
    magic === null ? null : wordIs(magics, (word) => BigInt(word) === BigInt(magic)),
  ea: ({ experts }, { ea }) =>
    ea === null ? null : wordIs(experts, (word) => word === (isNoExpert(ea) ? byHand : ea)),
  session: ({ sessions }, { session }) =>
    session === null ? null : wordIs(sessions, (word) => word === session),
  source: ({ sources }, { source }) => (source === null ? null : wordIs(sources, (word) => word === source)),
  result: ({ nets }, { result }) => {
    if (result === null) return null;
    const sign = { won: 1, lost: -1, even: 0 }[result];
    return (row) => Math.sign(nets[row] ?? 0) === sign;
  },
  status: (_trades, { status }) => (status === 'open' ? () => false : null),
  from: ({ closedMs }, { from }) => {
    const ms = from?.getTime();
    return ms === undefined ? null : (row) => (closedMs[row] ?? 0) >= ms;
  },
  before: ({ closedMs }, { before }) => {
    const ms = before?.getTime();
    return ms === undefined ? null : (row) => (closedMs[row] ?? 0) < ms;
  },
};

const testsOf = (trades: TradeTable, filter: TradeFilter, written: ReadonlySet<string> | null): Test[] => [
  ...Object.values(tests).flatMap((test) => test(trades, filter) ?? []),
  ...(written === null ? [] : [(row: number) => written.has(trades.ids[row] ?? '')]),
];

/**
 * Ids of the closed trades that a filter means by what their owner wrote of them, whosever expert made them; null: it does
 * not ask for that.
 */
export async function writtenOf(
  tx: Tx,
  userId: string,
  filter: TradeFilter,
): Promise<ReadonlySet<string> | null> {
  if (asksNothing(filter)) return null;
  const { rows } = await sql<{ id: string }>`
    select t.id from trades t where ${tradesWhere(userId, { ...filter, ea: null })} and t.closed_at is not null`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}
