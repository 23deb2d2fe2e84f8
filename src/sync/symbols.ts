import { instrumentsOf, saveInstruments, type Instrument } from '../data/brokers.js';
import { nobody, type Database } from '../data/database.js';
import { plainName } from '../domain/instrument.js';
import type { Clock } from '../lib/clock.js';
import type { Part, SymbolInfo } from '../terminals/protocol.js';
import type { SymbolFacts } from './rebuild.js';

/** What each server said of its symbols, asked once. */
export interface Symbols {
  of(
    server: string,
    names: ReadonlySet<string>,
    ask: (missing: string[]) => Promise<Part<'symbols'>>,
  ): Promise<ReadonlyMap<string, SymbolFacts>>;
}

export const instrumentOf = (server: string, info: SymbolInfo, at: Date): Instrument => ({
  server,
  symbol: info.name,
  name: plainName(info.name),
  description: info.description,
  digits: info.digits,
  point: String(info.point),
  contract_size: String(info.trade_contract_size),
  tick_size: String(info.trade_tick_size),
  calc_mode: info.trade_calc_mode,
  currency_base: info.currency_base,
  currency_profit: info.currency_profit,
  bid: info.bid > 0 ? String(info.bid) : null,
  ask: info.ask > 0 ? String(info.ask) : null,
  quoted_at: null,
  read_at: at,
});

export function symbolBook(db: Database, clock: Clock): Symbols {
  const books = new Map<string, Map<string, SymbolFacts | null>>();
  const learn = (book: Map<string, SymbolFacts | null>, rows: readonly Instrument[]): void => {
    for (const row of rows) book.set(row.symbol, { digits: row.digits, point: Number(row.point) });
  };
  return {
    of: async (server, names, ask) => {
      const book = books.get(server) ?? new Map<string, SymbolFacts | null>();
      books.set(server, book);
      const unknown = (): string[] => [...names].filter((name) => !book.has(name));
      if (unknown().length > 0)
        learn(book, await db.withTenant('sync', nobody, (tx) => instrumentsOf(tx, server, unknown())));
      const missing = unknown();
      if (missing.length > 0) {
        const { symbols } = await ask(missing);
        const rows = symbols.map((info) => instrumentOf(server, info, clock.now()));
        await db.withTenant('sync', nobody, (tx) => saveInstruments(tx, rows));
        learn(book, rows);
        // A symbol that the broker has dropped is not asked for again and again.
        for (const name of missing) if (!book.has(name)) book.set(name, null);
      }
      return new Map([...book].flatMap(([name, facts]) => (facts === null ? [] : [[name, facts] as const])));
    },
  };
}
