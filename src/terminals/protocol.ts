import { z } from 'zod';

/**
 * What a terminal and its parent say to each other: one JSON object a line over loopback TCP. Fields of accounts,
 * positions, orders, deals, symbols and bars bear the names of the MetaTrader5 Python package, where they come from.
 * Ids, tickets and magic numbers travel as strings, since MetaTrader's are unsigned 64-bit. Keys nobody asked for are
 * dropped; nothing a child says is used before it went through these schemas.
 *
 * The socket is the child's leash: a child ends itself when its connection closes, cannot be made, or is refused, so
 * that none outlives a parent that was killed. A call that is in flight does not hold it back.
 */

export const protocolVersion = 1;
/** Longer lines are refused; a result that does not fit is sent in parts. */
export const maxLineBytes = 64 * 1024;

const id = z.string().regex(/^\d{1,20}$/);
/** No database keeps a NUL, and no broker has one. */
const text = z
  .string()
  .max(1_000)
  .refine((words) => !words.includes('\0'));
const number = z.number();
const count = z.int().nonnegative();
/** the server's wall clock encoded as UTC, in ms; times in seconds are a mistake of the adapter */
const serverMs = z.int().refine((ms) => ms === 0 || ms > 1e12, 'is not in milliseconds');

export const accountInfo = z.object({
  login: id,
  server: text,
  name: text,
  company: text,
  currency: text,
  currency_digits: count,
  /** 0 demo, 1 contest, 2 real */
  trade_mode: number,
  /** 0 netting, 1 exchange, 2 hedging */
  margin_mode: number,
  leverage: number,
  balance: number,
  credit: number,
  profit: number,
  equity: number,
  margin: number,
  margin_free: number,
  margin_level: number,
});
export type AccountInfo = z.infer<typeof accountInfo>;

export const position = z.object({
  ticket: id,
  /** DEAL_POSITION_ID: what the position is known by; its ticket changes when netting reverses it */
  identifier: id,
  time_msc: serverMs,
  time_update_msc: serverMs,
  /** 0 buy, 1 sell */
  type: z.union([z.literal(0), z.literal(1)]),
  magic: id,
  reason: number,
  volume: number,
  price_open: number,
  /** 0: none */
  sl: number,
  tp: number,
  price_current: number,
  swap: number,
  /** floating, without commission */
  profit: number,
  symbol: text,
  comment: text,
});
export type Position = z.infer<typeof position>;

export const historyOrder = z.object({
  ticket: id,
  time_setup_msc: serverMs,
  time_done_msc: serverMs,
  type: number,
  state: number,
  magic: id,
  position_id: id,
  position_by_id: id,
  reason: number,
  volume_initial: number,
  volume_current: number,
  price_open: number,
  sl: number,
  tp: number,
  symbol: text,
  comment: text,
});
export type HistoryOrder = z.infer<typeof historyOrder>;

export const historyDeal = z.object({
  ticket: id,
  order: id,
  time_msc: serverMs,
  type: number,
  entry: number,
  magic: id,
  position_id: id,
  reason: number,
  volume: number,
  price: number,
  commission: number,
  swap: number,
  profit: number,
  fee: number,
  symbol: text,
  comment: text,
  external_id: text,
});
export type HistoryDeal = z.infer<typeof historyDeal>;

export const symbolInfo = z.object({
  name: text,
  description: text,
  digits: count,
  point: number,
  trade_contract_size: number,
  trade_tick_size: number,
  /** value of one tick of one lot in the account's currency, when it was asked */
  trade_tick_value: number,
  trade_calc_mode: number,
  currency_base: text,
  currency_profit: text,
  bid: number,
  ask: number,
  /** time of the last quote */
  time_msc: serverMs,
});
export type SymbolInfo = z.infer<typeof symbolInfo>;

/** [server ms of the opening, open, high, low, close, tick volume] */
export const bar = z.tuple([serverMs, number, number, number, number, number]);
export type Bar = z.infer<typeof bar>;

export const timeframes = ['M1', 'M30', 'H1', 'H4', 'D1', 'W1'] as const;
export type Timeframe = (typeof timeframes)[number];

/** Each method: what goes in, and what one part of its result must look like. */
export const methods = {
  login: {
    params: z.object({ login: id, server: text, password: z.string() }),
    part: z.object({
      login: id,
      server: text,
      tradeAllowed: z.boolean(),
      /** what the terminal's own journal says of this login */
      investor: z.enum(['yes', 'no', 'unknown']),
      tookMs: number,
    }),
  },
  snapshot: {
    params: z.object({}),
    part: z.object({
      account: accountInfo,
      positions: z.array(position),
      orders: z.array(historyOrder),
    }),
  },
  history: {
    params: z.object({ fromServerMs: count, toServerMs: count }),
    part: z.object({
      /** in order of (time, ticket), over all parts */
      deals: z.array(historyDeal),
      orders: z.array(historyOrder),
      /** how many the terminal counts in the range, the same in three readings 500 ms apart; else not complete */
      dealsTotal: count,
      ordersTotal: count,
      complete: z.boolean(),
      /** read after the deals: the balance they must add up to */
      account: accountInfo,
    }),
  },
  rates: {
    params: z.object({
      symbol: text,
      timeframe: z.enum(timeframes),
      fromServerMs: count,
      toServerMs: count,
    }),
    part: z.object({ bars: z.array(bar) }),
  },
  symbols: {
    params: z.object({ names: z.array(text) }),
    part: z.object({
      /** those of the names that the server knows */
      symbols: z.array(symbolInfo),
    }),
  },
  clock: {
    params: z.object({ symbol: text }),
    part: z.object({
      /** time of the last tick on the server's wall clock, and the true UTC at which it was read */
      tickServerMs: serverMs,
      utcMs: count,
      /** the tick's time moved between two readings: only then does it say something */
      isMoving: z.boolean(),
    }),
  },
  shutdown: { params: z.object({}), part: z.object({}) },
} as const;

export type Method = keyof typeof methods;
export type Params<M extends Method> = z.infer<(typeof methods)[M]['params']>;
export type Part<M extends Method> = z.infer<(typeof methods)[M]['part']>;

export const errorKinds = [
  /** the broker refused the credentials */
  'auth',
  /** a master password: the journal says trading is enabled */
  'investor',
  'server-unknown',
  'timeout',
  'not-connected',
  'incomplete',
  'version-skew',
  'internal',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

const envelope = z.object({ id: count });

/** child → parent. A result in several parts: `part` counts from 0, `last` marks the end; each part is progress. */
export const childMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    token: z.string(),
    slot: count,
    pid: count,
    /** any, so that a child of another version is told apart from a stranger */
    protocol: count,
    bridge: text,
    python: text.nullable(),
    numpy: text.nullable(),
    package: text.nullable(),
    /** name and build; null before it is attached, and where there is none */
    terminal: text.nullable(),
    enums: z.record(z.string(), number),
  }),
  z.object({ type: z.literal('heartbeat'), seq: count, state: text, rssBytes: count }),
  z.object({ type: z.literal('progress'), call: count, done: count, total: count.nullable() }),
  envelope.extend({ type: z.literal('reply'), part: count, last: z.boolean(), result: z.unknown() }),
  envelope.extend({
    type: z.literal('error'),
    kind: z.enum(errorKinds),
    /** last_error() of the MetaTrader5 package; null where it was not MetaTrader */
    code: number.nullable(),
    text,
  }),
]);
export type ChildMessage = z.infer<typeof childMessage>;

/** parent → child, one at a time */
export const callMessage = z.object({
  type: z.literal('call'),
  id: count,
  /** how long the parent will wait from now, in ms; see deadlinesMs */
  deadlineMs: count,
  method: z.enum(Object.keys(methods) as [Method, ...Method[]]),
  params: z.unknown(),
});
export type CallMessage = z.infer<typeof callMessage>;

/** parent → child after a silence: a heartbeat at once, please. Messages of unknown types are passed over. */
const pingMessage = z.object({ type: z.literal('ping') });
export const parentMessage = z.discriminatedUnion('type', [callMessage, pingMessage]);
export type ParentMessage = z.infer<typeof parentMessage>;

/** How long a call may take. `history` is allowed that long without progress, the others as a whole. */
export const deadlinesMs: Readonly<Record<Method, number>> = {
  login: 120_000,
  snapshot: 30_000,
  history: 30_000,
  rates: 30_000,
  symbols: 30_000,
  clock: 30_000,
  shutdown: 10_000,
};
