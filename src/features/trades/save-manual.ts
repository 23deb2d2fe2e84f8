import { randomUUID } from 'node:crypto';
import { accountOf, addAccount } from '../../data/accounts.js';
import { recordActivity } from '../../data/audit.js';
import type { Tx } from '../../data/database.js';
import { saveSpec } from '../../data/instrument-specs.js';
import type { ManualRecord, OpenAccount } from '../../data/manual-trades.js';
import { tradeBasis } from '../../data/trade-basis.js';
import { tradeFacts, type Occasion } from '../../domain/activity.js';
import type { Basis } from '../../domain/ground.js';
import { isCentSymbol, plainName } from '../../domain/instrument.js';
import { resultOf, type ManualTrade } from '../../domain/manual-trade.js';
import { noCurrency } from '../../domain/rate.js';
import { currencyDigits } from '../../lib/currency.js';
import { removeManualTrade, writeManualTrade, writeStartBalance } from '../../sync/manual-trades.js';
import { basisWords, missingWords } from './basis-words.js';
import { tradeOf, type NewAccountValues, type TradeValues } from './manual-form.js';

const moneyOf = ({ currency, digits }: Pick<OpenAccount, 'currency' | 'digits'>) => ({
  currency: currency ?? noCurrency,
  digits,
});

type ReckonedOn = Pick<TradeValues, 'symbol' | 'closedAt' | 'contractSize' | 'quote' | 'rate'>;

export const basisFor = (
  tx: Tx,
  userId: string,
  {
    values,
    account,
    now,
  }: { values: ReckonedOn; account: Pick<OpenAccount, 'currency' | 'digits'>; now: Date },
): Promise<Basis> => {
  const { symbol, contractSize, quote, rate, closedAt } = values;
  const typed = { contractSize, quote, rate };
  return tradeBasis(tx, userId, { symbol, account: moneyOf(account), typed, at: closedAt ?? now });
};

/** The field in which what is missing is best given. */
const fieldFor = (reason: string): 'contractSize' | 'quote' | 'rate' | 'net' => {
  if (reason.includes('contract size')) return 'contractSize';
  if (reason.includes('currency of its price')) return 'quote';
  return reason.startsWith('the rate of') ? 'rate' : 'net';
};

/** A sentence for the field by which the result could be had; none where it is known or not yet there. */
export function lackOf(values: TradeValues, basis: Basis): Record<string, string> {
  const trade = tradeOf(values);
  const { net } = resultOf(trade, basis.ground);
  return trade.exit === null || net.reason === null
    ? {}
    : { [fieldFor(net.reason)]: missingWords(net.reason) };
}

/** What was typed of a symbol is the user's word of it from now on. */
async function keepSpec(
  tx: Tx,
  userId: string,
  values: TradeValues,
  { basis, at }: { basis: Basis; at: Date },
): Promise<void> {
  const { contractSize, quote, symbol } = values;
  const { spec } = basis.ground;
  if ((contractSize === null && quote === null) || spec.contractSize === null || spec.quote === null) return;
  const whole = isCentSymbol(symbol) ? String(Number(spec.contractSize) * 100) : spec.contractSize;
  const said = { name: plainName(symbol), contractSize: whole, pipSize: spec.pipSize };
  await saveSpec(tx, userId, { ...said, quoteCurrency: spec.quote, digits: spec.digits }, at);
}

/** What the rebuilding of its trade has to know of a symbol. */
const factsOf = ({ ground: { spec } }: Basis) => {
  const digits = spec.digits ?? 5;
  return { digits, point: 10 ** -digits, pipSize: spec.pipSize === null ? null : Number(spec.pipSize) };
};

export interface ToSave {
  /** the batch: the form's own number, or that of the trade that is changed */
  id: string;
  values: TradeValues;
  basis: Basis;
  occasion: Occasion;
  timeZone: string;
  /** what it was; null: it is new */
  before: ManualTrade | null;
}

/** Writes down what somebody has entered or changed. */
async function noteSaved(
  tx: Tx,
  { userId, accountId }: { userId: string; accountId: string },
  {
    tradeId,
    trade,
    before,
    occasion,
  }: Pick<ToSave, 'before' | 'occasion'> & { tradeId: string; trade: ManualTrade },
): Promise<void> {
  const label = (await accountOf(tx, userId, accountId))?.label ?? '';
  const after = tradeFacts(label, trade);
  await recordActivity(
    tx,
    userId,
    occasion,
    before === null
      ? { what: 'trade-entered', details: { tradeId, after } }
      : { what: 'trade-changed', details: { tradeId, before: tradeFacts(label, before), after } },
  );
}

/** Writes a trade, new or in the place of what it was, with what was assumed. The id of the trade. */
export async function saveManual(
  tx: Tx,
  { userId, accountId }: { userId: string; accountId: string },
  { id, values, basis, occasion, timeZone, before }: ToSave,
): Promise<string> {
  const { at } = occasion;
  const trade = tradeOf(values);
  const result = resultOf(trade, basis.ground);
  const moment = { at: trade.exit?.at ?? at, closePrice: trade.exit?.price ?? null, timeZone };
  const estimate = result.isEstimated ? basisWords(basis, moment).join(' ') : null;
  await keepSpec(tx, userId, values, { basis, at });
  const owner = { userId, accountId };
  const tradeId = await writeManualTrade(tx, owner, {
    ...{ id, trade, at, digits: basis.ground.account.digits, gross: result.gross.value },
    facts: factsOf(basis),
    said: { rate: values.rate, estimate },
  });
  await noteSaved(tx, owner, { tradeId, trade, before, occasion });
  return tradeId;
}

/** Takes a trade entered by hand away, with all that hangs on it, and writes down what it was. */
export async function removeManual(
  tx: Tx,
  userId: string,
  record: ManualRecord,
  occasion: Occasion,
): Promise<void> {
  await removeManualTrade(tx, userId, record, occasion.at);
  const before = tradeFacts(record.account.label, record.trade);
  await recordActivity(tx, userId, occasion, { what: 'trade-deleted', details: { before } });
}

/** A manual account with its start balance, which stands before its first trade. */
export async function addManualAccount(
  tx: Tx,
  userId: string,
  { label, currency, balance }: NewAccountValues,
  { occasion, paidAt }: { occasion: Occasion; paidAt: Date },
): Promise<string> {
  const { at } = occasion;
  const id = randomUUID();
  const digits = currencyDigits(currency);
  const account = { id, userId, type: 'manual' as const, category: 'Real' as const, label, at };
  await addAccount(tx, { ...account, connection: null, currency: { code: currency, digits } });
  await recordActivity(tx, userId, occasion, { what: 'account-added', details: { accountId: id, label } });
  if (balance !== null && Number(balance) > 0)
    await writeStartBalance(tx, { userId, accountId: id }, { amount: balance, digits, at, paidAt });
  return id;
}
