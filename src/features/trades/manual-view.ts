import { randomUUID } from 'node:crypto';
import type { ManualRecord, OpenAccount } from '../../data/manual-trades.js';
import type { TradeRow } from '../../data/trade-rows.js';
import { usualSymbols } from '../../domain/instrument-seed.js';
import type { Typed } from '../../web/form.js';
import { wallText } from '../../web/time-field.js';
import type { Preview } from './preview-view.js';

/** What stands in the fields: of a form that was refused, of a trade that is changed or copied, or nothing. */
export type Fields = Readonly<Record<string, string>>;

const bare = (text: string | null): string => text?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? '';
const unlessZero = (text: string): string => (Number(text) === 0 ? '' : bare(text));

/** A trade as it is to be changed. */
export const fieldsOf = ({ trade, said }: ManualRecord, timeZone: string): Fields => ({
  symbol: trade.symbol,
  side: trade.side,
  lots: trade.lots,
  openedAt: wallText(trade.openedAt, timeZone),
  openPrice: trade.openPrice,
  stopLoss: trade.stopLoss ?? '',
  takeProfit: trade.takeProfit ?? '',
  closedAt: wallText(trade.exit?.at ?? null, timeZone),
  closePrice: trade.exit?.price ?? '',
  commission: unlessZero(trade.commission),
  swap: unlessZero(trade.swap),
  net: trade.net ?? '',
  comment: trade.comment,
  magic: trade.magic === '0' ? '' : trade.magic,
  rate: said.rate ?? '',
});

/** A trade as it is to be copied, whoever told it: its result is reckoned anew. */
export const copyOf = (row: TradeRow, timeZone: string): Fields => ({
  account: row.account_id,
  symbol: row.symbol,
  side: row.side,
  lots: bare(row.volume),
  openedAt: wallText(row.opened_at, timeZone),
  openPrice: bare(row.open_price),
  stopLoss: bare(row.stop_loss),
  takeProfit: bare(row.take_profit),
  closedAt: wallText(row.closed_at, timeZone),
  closePrice: bare(row.close_price),
  commission: unlessZero(row.commission),
  swap: unlessZero(row.swap),
  comment: row.comment,
  magic: row.magic === '0' ? '' : row.magic,
});

interface Given {
  fields: Fields | Typed;
  errors: Readonly<Record<string, string>>;
  accounts: readonly OpenAccount[];
  symbols: readonly string[];
  preview: Preview;
}

const named = [
  ...[
    'label',
    'currency',
    'balance',
    'symbol',
    'side',
    'lots',
    'openedAt',
    'openPrice',
    'stopLoss',
    'takeProfit',
  ],
  ...[
    'closedAt',
    'closePrice',
    'commission',
    'swap',
    'net',
    'comment',
    'magic',
    'contractSize',
    'quote',
    'rate',
  ],
];

const preset: Fields = { side: 'buy', label: 'By hand', currency: 'USD' };

/** Where the trade belongs: the account asked for, if it takes trades by hand, else the one used last. */
const accountOf = (wanted: string | undefined, accounts: readonly OpenAccount[]): OpenAccount | undefined =>
  accounts.find(({ id }) => id === wanted) ?? accounts[0];

const choiceOf = ({ id, label, currency }: OpenAccount) => ({
  value: id,
  label: currency === null ? label : `${label} · ${currency}`,
});

/** The form as its template wants it, for a new trade or for one that is changed. */
export function formView({ fields, errors, accounts, symbols, preview }: Given) {
  const account = accountOf(fields['account'], accounts);
  const values = Object.fromEntries(named.map((name) => [name, fields[name] ?? preset[name] ?? '']));
  const isOpened = ['contractSize', 'quote', 'rate', 'magic'].some(
    (name) => values[name] !== '' || errors[name],
  );
  return {
    values,
    errors,
    account: account?.id ?? '',
    currency: account?.currency ?? (accounts.length === 0 ? values['currency'] : ''),
    accounts: accounts.map(choiceOf),
    symbols: symbols.length > 0 ? symbols : usualSymbols,
    formId: fields['formId'] ?? randomUUID(),
    isOpened,
    firstWrong: [...named, 'account'].find((name) => errors[name] !== undefined) ?? '',
    preview,
  };
}
