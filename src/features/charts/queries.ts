import { sql } from 'kysely';
import type { Tx } from '../../data/database.js';
import { quotesOf, type Quote } from '../../data/quotes.js';
import { tradedNames } from '../../data/traded-names.js';
import { chartFrames, type Candle, type ChartFrame } from '../../domain/candles.js';

export interface ChartedSymbol extends Quote {
  /** positions open now */
  held: number;
  /** when a trade of it was closed last; null: none has been */
  closed_ms: number | null;
}

const namesOf = (userId: string) => sql`
  select name from positions where user_id = ${userId} union select name from (${tradedNames(userId)}) traded`;

/** The symbols that a user holds or has traded: those held first, then the one closed last. */
export async function chartedSymbols(tx: Tx, userId: string, dayStart: Date): Promise<ChartedSymbol[]> {
  const [{ rows: names }, { rows: quoted }] = await Promise.all([
    sql<Pick<ChartedSymbol, 'name' | 'held' | 'closed_ms'>>`
      select n.name, (select count(*)::int from positions p where p.user_id = ${userId} and p.name = n.name) as held,
        (select (extract(epoch from max(t.closed_at)) * 1000)::float8 from trades t
         where t.user_id = ${userId} and t.name = n.name) as closed_ms
      from (${namesOf(userId)}) n`.execute(tx),
    sql<{
      quotes: Quote[];
    }>`select coalesce((${quotesOf(namesOf(userId), dayStart)}), '[]') as quotes`.execute(tx),
  ]);
  const quotes = new Map(quoted[0]?.quotes.map((quote) => [quote.name, quote]));
  const none = { price: null, day_close: null, closes: [], digits: null };
  return names
    .map((row) => ({ ...none, ...quotes.get(row.name), ...row }))
    .sort(
      (a, b) =>
        Number(b.held > 0) - Number(a.held > 0) ||
        (b.closed_ms ?? 0) - (a.closed_ms ?? 0) ||
        (a.name < b.name ? -1 : 1),
    );
}

/** Whether a user holds or has traded it, or bars of it are kept for others; and its decimals, where a broker said. */
export async function knownSymbol(
  tx: Tx,
  userId: string,
  name: string,
): Promise<{ isKnown: boolean; digits: number | null }> {
  const { rows } = await sql<{ isKnown: boolean; digits: number | null }>`
    select (exists (select from trades where user_id = ${userId} and name = ${name})
      or exists (select from positions where user_id = ${userId} and name = ${name})
      or exists (select from candles where name = ${name})) as "isKnown",
      (select max(digits)::int from instruments where name = ${name}) as digits`.execute(tx);
  return rows[0] ?? { isKnown: false, digits: null };
}

/** The bars that form now. */
export interface LastBars {
  name: string;
  /** when the broker was asked last, ms */
  read_ms: number | null;
  bars: Partial<Record<ChartFrame, Candle>>;
}

/** The last bar of each timeframe, of the symbols given or of all that a user holds or has traded. */
export async function lastBars(tx: Tx, userId: string, name: string | null): Promise<LastBars[]> {
  const names = name === null ? namesOf(userId) : sql`select ${name}::text as name`;
  const { rows } = await sql<{
    name: string;
    read_ms: number | null;
    bars: (Candle & { frame: ChartFrame })[];
  }>`
    select n.name,
      (select (extract(epoch from max(s.to_at)) * 1000)::float8 from candle_stretches s where s.name = n.name) as read_ms,
      coalesce(b.bars, '[]') as bars
    from (${names}) n
    left join lateral (
      select json_agg(last) as bars from unnest(${[...chartFrames]}::text[]) f (frame)
      cross join lateral (
        select f.frame, (extract(epoch from c.opened_at) * 1000)::float8 as "atMs", c.open::float8 as open,
          c.high::float8 as high, c.low::float8 as low, c.close::float8 as close, c.volume::float8 as volume
        from candles c where c.name = n.name and c.timeframe = f.frame order by c.opened_at desc limit 1) last
    ) b on true`.execute(tx);
  return rows.map(({ bars, ...row }) => ({
    ...row,
    bars: Object.fromEntries(bars.map(({ frame, ...candle }) => [frame, candle])),
  }));
}
