import { sql, type Selectable } from 'kysely';
import type { Tx } from './database.js';
import type { Schema } from './schema.js';
import type { ClockState } from './schema-trading.js';

/** What belongs to no user: brokers' clocks, symbols and bars. */

export interface BrokerClock {
  rule: string;
  state: ClockState;
}

/** The rule of a server's clock; a server seen for the first time is assumed to run on UTC. */
export async function clockOf(tx: Tx, server: string): Promise<BrokerClock> {
  await tx
    .insertInto('broker_servers')
    .values({ server })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tx
    .selectFrom('broker_servers')
    .where('server', '=', server)
    .select(['clock_rule', 'clock_state'])
    .executeTakeFirstOrThrow();
  return { rule: row.clock_rule, state: row.clock_state };
}

/** What is known of the clock by which an account's times are told; undefined: nobody has asked yet. */
export async function clockAround(
  tx: Tx,
  { server }: { server: string | null },
): Promise<BrokerClock | undefined> {
  const row = await tx
    .selectFrom('broker_servers')
    .where('server', '=', server ?? '')
    .select(['clock_rule as rule', 'clock_state as state'])
    .executeTakeFirst();
  return row;
}

export const setClock = async (tx: Tx, server: string, clock: BrokerClock): Promise<void> => {
  await tx
    .updateTable('broker_servers')
    .set({ clock_rule: clock.rule, clock_state: clock.state })
    .where('server', '=', server)
    .execute();
};

/** Keeps a measured offset, at most one an hour: a rule needs readings over seasons, not over seconds. */
export const addClockReading = async (
  tx: Tx,
  reading: { server: string; at: Date; offsetS: number },
): Promise<void> => {
  const hour = new Date(Math.floor(reading.at.getTime() / 3_600_000) * 3_600_000);
  await tx
    .insertInto('clock_readings')
    .values({ server: reading.server, read_at: hour, offset_s: reading.offsetS })
    .onConflict((conflict) =>
      conflict.columns(['server', 'read_at']).doUpdateSet({ offset_s: reading.offsetS }),
    )
    .execute();
};

export const clockReadings = (tx: Tx, server: string): Promise<{ read_at: Date; offset_s: number }[]> =>
  tx
    .selectFrom('clock_readings')
    .where('server', '=', server)
    .select(['read_at', 'offset_s'])
    .orderBy('read_at')
    .execute();

export type Instrument = Selectable<Schema['instruments']>;

export const saveInstruments = async (tx: Tx, rows: readonly Instrument[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx
    .insertInto('instruments')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['server', 'symbol']).doUpdateSet((row) => ({
        name: row.ref('excluded.name'),
        description: row.ref('excluded.description'),
        digits: row.ref('excluded.digits'),
        point: row.ref('excluded.point'),
        contract_size: row.ref('excluded.contract_size'),
        tick_size: row.ref('excluded.tick_size'),
        calc_mode: row.ref('excluded.calc_mode'),
        currency_base: row.ref('excluded.currency_base'),
        currency_profit: row.ref('excluded.currency_profit'),
        bid: row.ref('excluded.bid'),
        ask: row.ref('excluded.ask'),
        quoted_at: row.ref('excluded.quoted_at'),
        read_at: row.ref('excluded.read_at'),
      })),
    )
    .execute();
};

export const instrumentsOf = (tx: Tx, server: string, symbols: readonly string[]): Promise<Instrument[]> =>
  tx
    .selectFrom('instruments')
    .where('server', '=', server)
    .where(sql<boolean>`symbol = any(${[...symbols]}::text[])`)
    .selectAll()
    .execute();

/** What is known of the symbols at the servers where this user has accounts, by name, from behind a key on. */
export const instrumentsNear = (
  tx: Tx,
  userId: string,
  { after, limit }: { after: readonly string[] | null; limit: number },
): Promise<Instrument[]> =>
  tx
    .selectFrom('instruments as i')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('accounts as a')
          .where('a.user_id', '=', userId)
          .whereRef('a.server', '=', 'i.server')
          .select('a.id'),
      ),
    )
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(i.name, i.server, i.symbol) > (${after?.[0]}, ${after?.[1]}, ${after?.[2]})`),
    )
    .selectAll('i')
    .orderBy('i.name')
    .orderBy('i.server')
    .orderBy('i.symbol')
    .limit(limit)
    .execute();

/** Stores bars of one symbol and timeframe; those that are there already take the newer values. */
export const saveCandles = async (
  tx: Tx,
  { name, timeframe }: { name: string; timeframe: string },
  bars: readonly { openedAt: Date; open: number; high: number; low: number; close: number; volume: number }[],
): Promise<void> => {
  if (bars.length === 0) return;
  await sql`
    insert into candles (name, timeframe, opened_at, open, high, low, close, volume)
    select ${name}, ${timeframe}, * from unnest(
      ${bars.map((b) => b.openedAt.toISOString())}::timestamptz[], ${bars.map((b) => b.open)}::numeric[],
      ${bars.map((b) => b.high)}::numeric[], ${bars.map((b) => b.low)}::numeric[],
      ${bars.map((b) => b.close)}::numeric[], ${bars.map((b) => b.volume)}::numeric[])
    on conflict (name, timeframe, opened_at) do update set
      open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
      volume = excluded.volume`.execute(tx);
};
