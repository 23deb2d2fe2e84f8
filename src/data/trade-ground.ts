import { sql } from 'kysely';
import type { StoredRate, ToldTrade } from '../domain/ground.js';
import { isCentSymbol, pipSize, plainName } from '../domain/instrument.js';
import type { Spec } from '../domain/instrument-seed.js';
import type { Tx } from './database.js';
import type { InstrumentSpec } from './instrument-specs.js';

/** A user's word of a symbol in the terms of the domain. What it deals in is the business of its name. */
export const ownSpec = (row: InstrumentSpec | undefined): Spec | null =>
  row === undefined
    ? null
    : {
        contractSize: row.contract_size,
        pipSize: row.pip_size,
        base: null,
        quote: row.quote_currency,
        digits: row.digits,
      };

interface BrokerRow {
  symbol: string;
  digits: number;
  contract_size: string;
  calc_mode: number;
  currency_base: string;
  currency_profit: string;
}

/** Of futures a lot earns by its tick, which is not kept: there the contract size says nothing. */
const isByTick = ({ calc_mode: mode }: BrokerRow): boolean => [1, 33, 34].includes(mode);

const brokerSpec = (row: BrokerRow): Spec => {
  const size = pipSize({ name: plainName(row.symbol), digits: row.digits });
  return {
    contractSize: isByTick(row) || Number(row.contract_size) <= 0 ? null : row.contract_size,
    pipSize: size === null ? null : String(size),
    base: row.currency_base === row.currency_profit || row.currency_base === '' ? null : row.currency_base,
    quote: row.currency_profit === '' ? null : row.currency_profit,
    digits: row.digits,
  };
};

/** What the user's brokers say of a symbol, or of one of the same plain name that is dealt in the same size. */
export async function brokersWord(tx: Tx, userId: string, symbol: string): Promise<Spec | null> {
  const { rows } = await sql<BrokerRow>`
    select i.symbol, i.digits, trim_scale(i.contract_size) as contract_size, i.calc_mode, i.currency_base, i.currency_profit
    from instruments i
    where i.name = ${plainName(symbol)}
      and i.server in (select server from accounts where user_id = ${userId} and server is not null)
    order by i.symbol = ${symbol} desc, i.read_at desc
    limit 20`.execute(tx);
  const row = rows.find((one) => isCentSymbol(one.symbol) === isCentSymbol(symbol));
  return row === undefined ? null : brokerSpec(row);
}

/** The latest closed trades of a plain name whose result a broker's terminal has told, in accounts of one currency. */
export async function toldTrades(
  tx: Tx,
  userId: string,
  { name, currency }: { name: string; currency: string },
): Promise<ToldTrade[]> {
  const { rows } = await sql<ToldTrade>`
    select t.symbol, t.side, trim_scale(t.volume)::text as lots, t.open_price::text as "openPrice",
      t.close_price::text as "closePrice", t.gross::text as gross, t.closed_at as "closedAt"
    from trades t join accounts a on a.user_id = t.user_id and a.id = t.account_id
    where t.user_id = ${userId} and t.name = ${name} and a.type = 'live' and a.currency = ${currency}
      and t.closed_at is not null and t.open_price <> t.close_price and t.gross <> 0
      -- One deal in and one out: what was rounded is known.
      and cardinality(t.deal_tickets) = 2 and t.first_ticket > 0 and t.flags = '{}'
      -- Asked once: where no terminal has told anything, no trade is looked at.
      and exists (select from accounts b where b.user_id = ${userId} and b.type = 'live' and b.currency = ${currency})
    order by t.closed_at desc, t.id
    limit 50`.execute(tx);
  return rows;
}

/** Of all prices of a pair that are kept here, the one nearest to an instant: bars, quotes, and the user's own trades. */
export async function nearestRate(
  tx: Tx,
  userId: string,
  pair: string,
  at: Date,
): Promise<StoredRate | null> {
  const { rows } = await sql<{ price: string; at: Date }>`
    select trim_scale(round(r.price, 8))::text as price, r.at
    from (
      select b.price, b.at
      from unnest(array['M1', 'M30', 'H1', 'H4', 'D1', 'W1']) as tf (timeframe)
      cross join lateral (
        (select c.open as price, c.opened_at as at from candles c
         where c.name = ${pair} and c.timeframe = tf.timeframe and c.opened_at <= ${at}
         order by c.opened_at desc limit 1)
        union all
        (select c.open, c.opened_at from candles c
         where c.name = ${pair} and c.timeframe = tf.timeframe and c.opened_at > ${at}
         order by c.opened_at limit 1)
      ) b
      union all
      select (i.bid + i.ask) / 2, i.quoted_at from instruments i
      where i.name = ${pair} and i.bid > 0 and i.ask > 0 and i.quoted_at is not null
        and i.server in (select server from accounts where user_id = ${userId} and server is not null)
      union all
      (select t.close_price, t.closed_at from trades t
       where t.user_id = ${userId} and t.name = ${pair} and t.closed_at <= ${at} and t.close_price > 0
       order by t.closed_at desc limit 1)
      union all
      (select t.close_price, t.closed_at from trades t
       where t.user_id = ${userId} and t.name = ${pair} and t.closed_at > ${at} and t.close_price > 0
       order by t.closed_at limit 1)
    ) r
    order by abs(extract(epoch from r.at - ${at}::timestamptz)), r.price
    limit 1`.execute(tx);
  const row = rows[0];
  return row === undefined ? null : { pair, ...row };
}
