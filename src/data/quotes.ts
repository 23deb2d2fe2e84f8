import { sql, type RawBuilder } from 'kysely';

export interface Quote {
  name: string;
  /** the latest close of the shared candles; null: none are there */
  price: string | null;
  /** close of the last finished day of the server */
  day_close: string | null;
  /** closes of the last 24 hourly candles, the oldest first */
  closes: string[];
  digits: number | null;
}

/** What the shared candles say of the names that a subquery finds, as one JSON array or null. */
export const quotesOf = (names: RawBuilder<unknown>, dayStart: Date) => sql`
  select json_agg(quote) from (
    select held.name, hours.closes[array_upper(hours.closes, 1)] as price, day.close as day_close,
      coalesce(hours.closes, '{}') as closes,
      (select max(digits)::int from instruments where name = held.name) as digits
    from (${names}) held
    left join lateral (
      select array_agg(close::text order by opened_at) as closes from (
        select close, opened_at from candles
        where name = held.name and timeframe = 'H1' order by opened_at desc limit 24) last
    ) hours on true
    left join lateral (
      select close::text from candles
      where name = held.name and timeframe = 'D1' and opened_at < ${dayStart} order by opened_at desc limit 1
    ) day on true) quote`;
