/** A trade as it leaves the house in a table. Numbers are plain decimal text; null is unknown, or not there yet. */
export interface ExportTrade {
  id: string;
  /** the account's label */
  account: string;
  /** live, report or manual */
  source: string;
  symbol: string;
  side: 'buy' | 'sell';
  lots: string;
  opened: Date;
  openPrice: string | null;
  closed: Date | null;
  closePrice: string | null;
  stopLoss: string | null;
  takeProfit: string | null;
  gross: string;
  commission: string;
  swap: string;
  fee: string;
  net: string;
  pips: string | null;
  magic: string;
  comment: string;
  positionId: string;
  currency: string | null;
  /** decimals of that currency; null: nobody has said */
  currencyDigits: number | null;
  setup: string | null;
  /** with commas between them */
  tags: string;
  /** what its owner wrote, with its line breaks */
  notes: string;
}

export type ExportColumn =
  | { name: string; kind: 'text'; width: number; of: (trade: ExportTrade) => string | null }
  | { name: string; kind: 'number' | 'money'; width: number; of: (trade: ExportTrade) => string | null }
  | { name: string; kind: 'time'; width: number; of: (trade: ExportTrade) => Date | null };

type Name<T> = { [K in keyof ExportTrade]: ExportTrade[K] extends T ? K : never }[keyof ExportTrade];

const text = (name: Name<string | null>, width: number): ExportColumn => ({
  name,
  kind: 'text',
  width,
  of: (trade) => trade[name],
});
const number = (name: Name<string | null>, width = 11): ExportColumn => ({
  name,
  kind: 'number',
  width,
  of: (trade) => trade[name],
});
/** In the currency of the trade's account. */
const money = (name: Name<string | null>): ExportColumn => ({
  name,
  kind: 'money',
  width: 12,
  of: (trade) => trade[name],
});
const time = (name: Name<Date | null>): ExportColumn => ({
  name,
  kind: 'time',
  width: 19,
  of: (trade) => trade[name],
});

/**
 * The columns of every table, in their order, under the names by which it is read again. Magic and position are
 * numbers that no spreadsheet may round: they are text. `width` is in characters.
 */
export const exportColumns: readonly ExportColumn[] = [
  text('id', 38),
  text('account', 20),
  text('source', 9),
  text('symbol', 12),
  text('side', 6),
  number('lots', 8),
  time('opened'),
  number('openPrice'),
  time('closed'),
  number('closePrice'),
  number('stopLoss'),
  number('takeProfit'),
  money('gross'),
  money('commission'),
  money('swap'),
  money('fee'),
  money('net'),
  number('pips', 8),
  text('magic', 12),
  text('comment', 24),
  text('positionId', 14),
  text('currency', 9),
  text('setup', 20),
  text('tags', 24),
  text('notes', 60),
];
