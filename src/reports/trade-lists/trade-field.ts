/** What a row of a list can say of a trade. Readers and mappings name columns by these. */
export const tradeFields = [
  'id',
  'symbol',
  'side',
  'volume',
  'openedAt',
  'openPrice',
  'closedAt',
  'closePrice',
  'stopLoss',
  'takeProfit',
  'commission',
  'swap',
  'fee',
  'profit',
  'net',
  'comment',
  'magic',
] as const;
export type TradeField = (typeof tradeFields)[number];

/** Beside them what only some formats have. */
export type ListField = TradeField | 'ticket' | 'kind' | 'login' | 'cumulative';

/** A row as it stands in the file. A field can have several columns: a date and its time, or several fees. */
export interface ListRecord {
  row: number;
  texts: Partial<Record<ListField, readonly string[]>>;
}

/** The text of a field, '' where there is none. */
export const textOf = ({ texts }: ListRecord, field: ListField): string => {
  const found = texts[field] ?? [];
  return found.length === 1 ? (found[0] ?? '') : found.filter((text) => text !== '').join(' ');
};

/** In words, for sentences about a row. */
export const fieldNames: Record<TradeField, string> = {
  id: 'number',
  symbol: 'symbol',
  side: 'side',
  volume: 'volume',
  openedAt: 'opening time',
  openPrice: 'opening price',
  closedAt: 'closing time',
  closePrice: 'closing price',
  stopLoss: 'stop loss',
  takeProfit: 'take profit',
  commission: 'commission',
  swap: 'swap',
  fee: 'fee',
  profit: 'profit',
  net: 'net result',
  comment: 'comment',
  magic: 'magic number',
};
