import type { MetatraderFigure } from '../domain/metatrader/figure.js';
import type { ReportEntry } from './report-entry.js';

/**
 * What a reader makes of a file, whatever its format. Nothing is rounded or guessed here: money, volumes and prices
 * are decimal text as the file has it, with a plain point and no thousands; what the file does not say is null.
 * Times are the file's own wall clock in milliseconds, encoded as if it were UTC.
 */

export const formats = {
  'mt5-history': 'MetaTrader 5 trade history report',
  'mt5-open': 'MetaTrader 5 report of open positions',
  'mt5-tester': 'MetaTrader 5 strategy tester report',
  'mt5-optimiser': 'MetaTrader 5 optimisation report',
  'mt5-python': 'JSON of the MetaTrader5 Python package',
  'mt4-statement': 'MetaTrader 4 statement',
  'mt4-tester': 'MetaTrader 4 strategy tester report',
  myfxbook: 'Myfxbook export',
  fxblue: 'FX Blue export',
  ftmo: 'FTMO export',
  ctrader: 'cTrader history',
  tradingview: 'TradingView list of trades',
  ninjatrader: 'NinjaTrader performance report',
  tradovate: 'Tradovate performance report',
  'json-trades': 'JSON list of trades',
  rawjournal: 'RawJournal export',
  table: 'table of trades',
} as const;
export type Format = keyof typeof formats;

/** Whose wall clock the times are: the broker's server, UTC, or one that the person has to name. */
export type ReportClock = 'server' | 'utc' | 'unknown';

export interface ReportAccount {
  login: string | null;
  server: string | null;
  /** the owner's name as printed */
  name: string | null;
  company: string | null;
  currency: string | null;
  mode: 'demo' | 'real' | 'contest' | null;
  isHedging: boolean | null;
  /** by which its server's times are turned into UTC; files of our own alone say it */
  clockRule?: string;
}

/** A deal as the file lists it; `type`, `entry` and `reason` are MetaTrader's own numbers. */
export interface ReportDeal {
  /** the row of the file, counted from 1, by which a person finds it again */
  row: number;
  ticket: string;
  /** '0' where there is none */
  order: string;
  /** null: the file does not say, and it is found out from the rest of the file */
  positionId: string | null;
  timeMs: number;
  type: number;
  entry: number;
  reason: number | null;
  magic: string | null;
  symbol: string;
  volume: string;
  price: string;
  profit: string;
  swap: string;
  commission: string;
  fee: string;
  comment: string;
}

export interface ReportOrder {
  row: number;
  ticket: string;
  positionId: string | null;
  positionById: string | null;
  timeMs: number;
  /** MetaTrader's own number; 8 is a close-by */
  type: number;
  state: number | null;
  magic: string | null;
  symbol: string;
  volume: string;
  price: string | null;
  /** null: none, or the file does not say */
  stopLoss: string | null;
  takeProfit: string | null;
  comment: string;
}

/** A round trip, or one still open (closedMs null), as a list of positions or trades has it. */
export interface ReportPosition {
  row: number;
  /** null: the file numbers nothing */
  positionId: string | null;
  /** the row's own number, where the position is known to have several rows */
  ticket?: string;
  symbol: string;
  side: 'buy' | 'sell';
  volume: string;
  openedMs: number;
  openPrice: string;
  closedMs: number | null;
  closePrice: string | null;
  stopLoss: string | null;
  takeProfit: string | null;
  /** before costs; null while open, but for what has been realised of it, or where the file gives only a net */
  profit: string | null;
  swap: string | null;
  commission: string | null;
  fee: string | null;
  /** where the file gives only what came of all together */
  net: string | null;
  magic: string | null;
  comment: string;
  /** MetaTrader's number of the reason for closing, where the file tells */
  closeReason: number | null;
}

/** Money that came or went beside trading, in files that list no deals. `type` is MetaTrader's DEAL_TYPE. */
export interface ReportCash {
  row: number;
  ticket: string | null;
  timeMs: number;
  type: number;
  amount: string;
  comment: string;
}

/** A figure as the file prints it: a decimal with as many digits as are printed, percents without their sign. */
export interface PrintedFigure {
  name: MetatraderFigure;
  value: string;
}

/** A row that was left out, or a doubt about the file as a whole (row null), in a sentence for its owner. */
export interface Problem {
  row: number | null;
  reason: string;
}

/** What a tester says of a run. */
export interface TesterRun {
  expert: string;
  symbol: string;
  /** as printed: "H1 (2023.01.01 - 2024.01.01)" */
  period: string;
  currency: string | null;
  deposit: string | null;
  leverage: string | null;
  /** as printed, in their order */
  inputs: { name: string; value: string }[];
  /** every other line of the block of results: name and value as printed, in their order */
  results: { name: string; value: string }[];
}

/** The passes of an optimisation: one column a parameter or result, one row a pass. */
export interface Optimisation {
  title: string;
  columns: string[];
  rows: string[][];
}

export interface Report {
  format: Format;
  account: ReportAccount;
  clock: ReportClock;
  /** when it was made, by the clock of its times; null: it does not say */
  madeMs: number | null;
  /** where the file lists deals, they are all there is; else trades are made from positions and cash */
  deals: ReportDeal[];
  orders: ReportOrder[];
  positions: ReportPosition[];
  cash: ReportCash[];
  printed: PrintedFigure[];
  tester: TesterRun | null;
  optimisation: Optimisation | null;
  problems: Problem[];
  /** what was written of its trades; files of our own alone have that */
  entries: ReportEntry[];
}

export const noAccount: ReportAccount = {
  login: null,
  server: null,
  name: null,
  company: null,
  currency: null,
  mode: null,
  isHedging: null,
};

export const emptyReport = (format: Format): Report => ({
  format,
  account: noAccount,
  clock: 'server',
  madeMs: null,
  deals: [],
  orders: [],
  positions: [],
  cash: [],
  printed: [],
  tester: null,
  optimisation: null,
  problems: [],
  entries: [],
});
