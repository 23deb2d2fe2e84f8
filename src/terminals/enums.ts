import { dealEntry, dealReason, dealType, orderTypeCloseBy } from '../domain/deal.js';

/**
 * Enumerations under the names of the MetaTrader5 Python package. A bridge reports what its package has, and the parent
 * compares: copied from memory, such numbers have been wrong.
 */

const shouting = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();

const prefixed = (prefix: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + shouting(name), value]));

const counted = (prefix: string, names: string): Record<string, number> =>
  Object.fromEntries(names.split(' ').map((name, value) => [prefix + name, value]));

const { dividend, dividendFranked, tax, ...otherDealTypes } = dealType;

const minutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const hours = [1, 2, 3, 4, 6, 8, 12];

export const enums: Readonly<Record<string, number>> = {
  ...prefixed('DEAL_TYPE_', otherDealTypes),
  ...prefixed('DEAL_', { dividend, dividendFranked, tax }),
  DEAL_ENTRY_IN: dealEntry.in,
  DEAL_ENTRY_OUT: dealEntry.out,
  DEAL_ENTRY_INOUT: dealEntry.inOut,
  DEAL_ENTRY_OUT_BY: dealEntry.outBy,
  DEAL_REASON_CLIENT: dealReason.client,
  DEAL_REASON_MOBILE: dealReason.mobile,
  DEAL_REASON_WEB: dealReason.web,
  DEAL_REASON_EXPERT: dealReason.expert,
  DEAL_REASON_SL: dealReason.stopLoss,
  DEAL_REASON_TP: dealReason.takeProfit,
  DEAL_REASON_SO: dealReason.stopOut,
  DEAL_REASON_ROLLOVER: dealReason.rollover,
  DEAL_REASON_VMARGIN: dealReason.variationMargin,
  DEAL_REASON_SPLIT: dealReason.split,
  ...counted('POSITION_TYPE_', 'BUY SELL'),
  ...counted('POSITION_REASON_', 'CLIENT MOBILE WEB EXPERT'),
  ...counted(
    'ORDER_TYPE_',
    'BUY SELL BUY_LIMIT SELL_LIMIT BUY_STOP SELL_STOP BUY_STOP_LIMIT SELL_STOP_LIMIT',
  ),
  ORDER_TYPE_CLOSE_BY: orderTypeCloseBy,
  ...counted(
    'ORDER_STATE_',
    'STARTED PLACED CANCELED PARTIAL FILLED REJECTED EXPIRED REQUEST_ADD REQUEST_MODIFY REQUEST_CANCEL',
  ),
  ...counted('ORDER_REASON_', 'CLIENT MOBILE WEB EXPERT SL TP SO'),
  ...counted('ACCOUNT_TRADE_MODE_', 'DEMO CONTEST REAL'),
  ...counted('ACCOUNT_MARGIN_MODE_', 'RETAIL_NETTING EXCHANGE RETAIL_HEDGING'),
  ...counted('ACCOUNT_STOPOUT_MODE_', 'PERCENT MONEY'),
  ...Object.fromEntries(minutes.map((n) => [`TIMEFRAME_M${n}`, n])),
  ...Object.fromEntries(hours.map((n) => [`TIMEFRAME_H${n}`, 16_384 + n])),
  TIMEFRAME_D1: 16_408,
  TIMEFRAME_W1: 32_769,
  TIMEFRAME_MN1: 49_153,
  COPY_TICKS_ALL: -1,
  COPY_TICKS_INFO: 1,
  COPY_TICKS_TRADE: 2,
  TICK_FLAG_BID: 2,
  TICK_FLAG_ASK: 4,
  TICK_FLAG_LAST: 8,
  TICK_FLAG_VOLUME: 16,
  TICK_FLAG_BUY: 32,
  TICK_FLAG_SELL: 64,
  ...counted('SYMBOL_TRADE_MODE_', 'DISABLED LONGONLY SHORTONLY CLOSEONLY FULL'),
  ...counted('SYMBOL_CALC_MODE_', 'FOREX FUTURES CFD CFDINDEX CFDLEVERAGE FOREX_NO_LEVERAGE'),
};
