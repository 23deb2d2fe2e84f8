import type { ColumnType, Generated } from 'kysely';
import type { DealSource } from '../domain/deal.js';
import type { Session } from '../domain/sessions.js';

/** Trading accounts and what the brokers say; the shadow in types of migrations/0002_accounts.sql. */

/** numeric: `pg` hands it over as text and takes text or numbers */
type Numeric = ColumnType<string, string | number, string | number>;
type NumericOrNull = ColumnType<string | null, string | number | null, string | number | null>;
/** bigint: handed over as text */
type Big = ColumnType<string, string | number | bigint, string | number | bigint>;
type BigOrNull = ColumnType<string | null, string | number | bigint | null, string | number | bigint | null>;

export const accountStates = [
  'connecting',
  'live',
  'incomplete',
  'needs-password',
  'refused-master',
  'unknown-server',
  'paused',
  'offline',
] as const;
export type AccountState = (typeof accountStates)[number];
export const accountTypes = ['live', 'report', 'manual'] as const;
export type AccountType = (typeof accountTypes)[number];
/** in the order in which pages list them */
export const categories = ['Real', 'Funded', 'Challenge', 'Demo'] as const;
export type Category = (typeof categories)[number];
export type Side = 'buy' | 'sell';
export type Verdict = 'equal' | 'open' | 'archived' | 'unexplained';
export type MarketAccountState = 'set' | 'accepted' | 'refused';
export type ClockState = 'assumed' | 'measured' | 'contradicted';

interface OfAccount {
  user_id: string;
  account_id: string;
}

export interface TradingSchema {
  broker_servers: {
    server: string;
    clock_rule: Generated<string>;
    clock_state: Generated<ClockState>;
  };
  unknown_servers: { server: string; asked_at: Date; asked: Generated<number> };
  clock_readings: { server: string; read_at: Date; offset_s: number };
  instruments: {
    server: string;
    symbol: string;
    name: string;
    description: string;
    digits: number;
    point: Numeric;
    contract_size: Numeric;
    tick_size: Numeric;
    calc_mode: number;
    currency_base: string;
    currency_profit: string;
    bid: NumericOrNull;
    ask: NumericOrNull;
    quoted_at: Date | null;
    read_at: Date;
  };
  candles: {
    name: string;
    timeframe: string;
    opened_at: Date;
    open: Numeric;
    high: Numeric;
    low: Numeric;
    close: Numeric;
    volume: Numeric;
  };
  candle_stretches: { name: string; timeframe: string; from_at: Date; to_at: Date; server: string };
  unknown_symbols: { server: string; name: string; asked_at: Date };
  market_account: {
    is_only: Generated<boolean>;
    server: string;
    login: string;
    sealed_password: Buffer | null;
    state: Generated<MarketAccountState>;
    reason: Generated<string>;
    rejections: Generated<number>;
    set_at: Date;
    told_at: Date | null;
  };
  accounts: {
    user_id: string;
    id: Generated<string>;
    type: AccountType;
    category: Category;
    label: string;
    created_at: Date;
    server: string | null;
    login: string | null;
    sealed_password: Buffer | null;
    state: AccountState;
    state_reason: Generated<string>;
    rejections: Generated<number>;
    connected_at: Date | null;
    light_synced_at: Date | null;
    full_synced_at: Date | null;
    cursor_ms: ColumnType<string, number | undefined, number>;
    clock_rule: Generated<string>;
    company: string | null;
    currency: string | null;
    currency_digits: number | null;
    margin_mode: number | null;
    leverage: number | null;
    balance: NumericOrNull;
    credit: NumericOrNull;
    equity: NumericOrNull;
    floating: NumericOrNull;
    margin: NumericOrNull;
    free_margin: NumericOrNull;
    margin_level: NumericOrNull;
    peak_equity: NumericOrNull;
    peak_at: Date | null;
  };
  deals: OfAccount & {
    ticket: Big;
    order_ticket: Big;
    position_id: Big;
    server_ms: Big;
    done_at: Date;
    type: number;
    entry: number;
    reason: number | null;
    magic: Numeric;
    symbol: string;
    volume: Numeric;
    price: Numeric;
    profit: Numeric;
    swap: Numeric;
    commission: Numeric;
    fee: Numeric;
    comment: string;
    external_id: string;
    version: Generated<number>;
    is_listed: Generated<boolean>;
    source: Generated<DealSource>;
  };
  deal_versions: OfAccount & { ticket: Big; version: number; replaced_at: Date; was: unknown };
  orders: OfAccount & {
    ticket: Big;
    position_id: Big;
    position_by_id: Big;
    server_ms: Big;
    type: number;
    state: number;
    reason: number | null;
    magic: Numeric;
    symbol: string;
    volume_initial: Numeric;
    volume_current: Numeric;
    price_open: Numeric;
    stop_loss: NumericOrNull;
    take_profit: NumericOrNull;
    comment: string;
    source: Generated<DealSource>;
  };
  trades: OfAccount & {
    position_id: Big;
    first_ticket: Big;
    id: string;
    symbol: string;
    name: string;
    side: Side;
    volume: Numeric;
    open_volume: Numeric;
    opened_ms: Big;
    closed_ms: BigOrNull;
    opened_at: Date;
    closed_at: Date | null;
    open_price: NumericOrNull;
    close_price: NumericOrNull;
    stop_loss: NumericOrNull;
    take_profit: NumericOrNull;
    gross: Numeric;
    swap: Numeric;
    commission: Numeric;
    fee: Numeric;
    net: Numeric;
    pips: NumericOrNull;
    magic: Numeric;
    comment: string;
    open_reason: number | null;
    close_reason: number | null;
    closed_by: BigOrNull;
    deal_tickets: ColumnType<string[], string[], string[]>;
    flags: ColumnType<string[], string[] | undefined, string[]>;
    /** of the opening; null where that is not known */
    session: Session | null;
    source: Generated<DealSource>;
    /** reckoned by the database, as held_ms is */
    r: ColumnType<string | null, never, never>;
    held_ms: ColumnType<string | null, never, never>;
  };
  /** kept by triggers of `trades`; see migrations/0009_trade_speed.sql */
  book_versions: OfAccount & {
    /** one more with each change of deals or closed trades */
    version: string;
    /** from when on each of the last changes touched anything, the latest first */
    since: Date[];
  };
  kept_books: OfAccount & {
    version: string;
    digits: number;
    shape: string;
    body: Buffer;
  };
  trade_sums: OfAccount & {
    symbol: string;
    name: string;
    side: Side;
    session: Session | '';
    source: DealSource;
    is_open: boolean;
    n: number;
    wins: number;
    losses: number;
    gross: Numeric;
    commission: Numeric;
    swap: Numeric;
    fee: Numeric;
  };
  positions: OfAccount & {
    position_id: Big;
    ticket: Big;
    symbol: string;
    name: string;
    side: Side;
    volume: Numeric;
    open_price: Numeric;
    current_price: Numeric;
    stop_loss: NumericOrNull;
    take_profit: NumericOrNull;
    swap: Numeric;
    profit: Numeric;
    pips: NumericOrNull;
    magic: Numeric;
    comment: string;
    opened_ms: Big;
    opened_at: Date;
  };
  position_levels: OfAccount & {
    position_id: Big;
    seen_at: Date;
    stop_loss: NumericOrNull;
    take_profit: NumericOrNull;
  };
  account_snapshots: OfAccount & {
    at: Date;
    balance: Numeric;
    equity: Numeric;
    floating: Numeric;
    margin: Numeric;
    free_margin: Numeric;
    margin_level: NumericOrNull;
    leverage: number;
    low_equity: Numeric;
    high_equity: Numeric;
    grain: Generated<'sample' | 'minute' | 'hour'>;
  };
  reconciliations: OfAccount & {
    checked_at: Date;
    ledger: Numeric;
    broker: Numeric;
    difference: Numeric;
    verdict: Verdict;
    reason: string;
    unlisted: number;
    fingerprint: string;
    seen: number;
    last_counted_at: Date;
  };
}
