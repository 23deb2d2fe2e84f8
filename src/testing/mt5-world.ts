import { dayMs, hourMs, minuteMs } from '../lib/clock.js';

/** What the stand-in for the MetaTrader5 package finds behind its terminal: the shape of its world.json. */
export interface Mt5World {
  /** of the package, and the build of the terminal */
  package?: string;
  terminal?: number;
  /** whom the terminal's start logs in, by which password; without anybody it does not answer at all */
  resident: { login: string; role: 'investor' | 'master' | 'refused' } | null;
  /** by login */
  accounts: Record<string, Mt5Account>;
  symbols: Record<string, unknown>[];
  /** by how much the server's wall clock is ahead of UTC */
  serverOffsetS: number;
  faults: Mt5Faults;
  /** name of the journal's folder */
  logs?: string;
}

/** Rows in the package's words; what is left out is 0 or empty. Ids are strings, for the sake of JSON. */
export interface Mt5Account {
  server: string;
  investor: string;
  master: string;
  info: Record<string, unknown>;
  positions: Record<string, unknown>[];
  orders: Record<string, unknown>[];
  deals: Record<string, unknown>[];
  historyOrders: Record<string, unknown>[];
}

type Failure = readonly [code: number, text: string];

export interface Mt5Faults {
  /** the function that never returns; `hangHard`: and holds the interpreter meanwhile, once a file HELD is there */
  hang?: string;
  hangHard?: string;
  /** functions that fail, and how */
  errors?: Record<string, Failure>;
  /** how the first tries to attach fail */
  attach?: Failure[];
  /** the terminal never starts */
  unstarted?: boolean;
  loginMs?: number;
  /** the journal does not say whether trading is enabled */
  unproved?: boolean;
  /** it says nothing of logins at all */
  mute?: boolean;
  /** midnight falls into a login */
  midnight?: boolean;
  /** the account says that it may not trade, or may, whoever is logged in */
  disabled?: boolean;
  enabled?: boolean;
  /** fields of the account; "nan" and "inf" are what they say */
  shows?: Record<string, unknown>;
  /** the balance moves at each of the first so many readings of the positions */
  moves?: number;
  /** no connection to the broker */
  offline?: boolean;
  /** the terminal shows this login, whoever is logged in */
  crossed?: string;
  /** not before this function has been called */
  crossedBy?: string;
  /** after a login the history is whole only after so many readings of its size; or never */
  historyReads?: number;
  emptyHistory?: boolean;
  /** the last tick is of this server time, and stays */
  frozenTick?: number;
  /** enumerations with other values; null: missing */
  enums?: Record<string, number | null>;
}

/** Beyond what a number of JavaScript keeps. */
const firstTicket = 2n ** 53n + 1n;
const ticket = (number: number): string => String(firstTicket + BigInt(number));

const round2 = (amount: number): number => Math.round(amount * 100) / 100;

function tradeRows(index: number, openedMs: number) {
  const [order, position_id] = [ticket(10 * index), ticket(10 * index)];
  const common = {
    position_id,
    symbol: 'EURUSD',
    volume: 0.1,
    magic: '18446744073709551615',
    fee: 0,
    swap: 0,
  };
  const profit = round2(Math.sin(index) * 50);
  const closedMs = openedMs + 40 * minuteMs;
  const out = { ticket: ticket(10 * index + 1), time_msc: closedMs, type: 1, entry: 1, price: 1.1 };
  const inside = { ticket: ticket(10 * index), time_msc: openedMs, type: 0, entry: 0, price: 1.1 };
  const deals = [
    { ...common, ...inside, order, profit: 0, commission: -0.35, comment: 'in' },
    {
      ...common,
      ...out,
      order: out.ticket,
      profit,
      commission: -0.35,
      comment: '[tp 1.1]',
      external_id: 'é✓',
    },
  ];
  const filled = { symbol: 'EURUSD', state: 4, position_id, volume_initial: 0.1, sl: 1.09 };
  const orders = [
    { ...filled, ticket: order, type: 0, time_setup_msc: openedMs, time_done_msc: openedMs },
    { ...filled, ticket: out.ticket, type: 1, time_setup_msc: closedMs, time_done_msc: closedMs },
  ];
  return { deals, orders, result: round2(profit - 0.7) };
}

const symbol = (name: string) => ({
  ...{ name, description: `${name} of a test`, digits: 5, point: 0.00001, trade_contract_size: 100_000 },
  ...{ trade_tick_size: 0.00001, trade_tick_value: 1, currency_base: 'EUR', currency_profit: 'USD' },
});

/** An account of so many closed trades, with a deposit before them, one position and one pending order. */
function account(
  server: string,
  passwords: { investor: string; master: string },
  trades: number,
): Mt5Account {
  const startMs = Date.UTC(2026, 0, 5, 8);
  const rows = Array.from({ length: trades }, (_, index) => tradeRows(index + 1, startMs + index * hourMs));
  const deposit = { ticket: '1', time_msc: startMs - dayMs, type: 2, profit: 10_000, comment: 'Deposit' };
  const balance = round2(rows.reduce((sum, { result }) => sum + result, 10_000));
  const open = { symbol: 'EURUSD', time_msc: startMs + dayMs, volume: 0.5, price_open: 1.1, sl: 1.09, tp: 0 };
  return {
    server,
    ...passwords,
    info: {
      ...{ name: 'A. Trader', company: 'A Broker', currency: 'EUR', currency_digits: 2, trade_mode: 2 },
      ...{ margin_mode: 2, leverage: 100, balance, equity: balance, margin_free: balance },
    },
    positions: [{ ...open, ticket: ticket(5), identifier: ticket(5), time_update_msc: open.time_msc }],
    orders: [{ ...open, ticket: ticket(7), time_setup_msc: open.time_msc, type: 2, state: 1 }],
    deals: [deposit, ...rows.flatMap(({ deals }) => deals)],
    historyOrders: rows.flatMap(({ orders }) => orders),
  };
}

/** Two brokers, an account at each, and a terminal that somebody else is logged in to. */
export const mt5World = (faults: Mt5Faults = {}): Mt5World => ({
  resident: { login: '900', role: 'investor' },
  accounts: {
    '900': account('Other-Live', { investor: 'of the house', master: 'master of the house' }, 0),
    '5100101': account('Broker-Live', { investor: 'only looks', master: 'may trade' }, 250),
    '5100102': account('Broker-Live', { investor: 'only looks too', master: 'may trade too' }, 2),
  },
  symbols: [symbol('EURUSD'), symbol('XAUUSD')],
  serverOffsetS: 3 * 3600,
  faults,
});
