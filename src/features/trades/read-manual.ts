import type { z } from 'zod';
import type { Tx } from '../../data/database.js';
import type { OpenAccount } from '../../data/manual-trades.js';
import type { Basis } from '../../domain/ground.js';
import { currencyDigits } from '../../lib/currency.js';
import { readForm, type Typed } from '../../web/form.js';
import type { Visitor } from '../../web/kit.js';
import {
  contradictions,
  newAccountForm,
  placeForm,
  tradeForm,
  tradeOf,
  type NewAccountValues,
  type TradeValues,
} from './manual-form.js';
import { emptyPreview, previewOf, type Preview } from './preview-view.js';
import { basisFor, lackOf } from './save-manual.js';

export interface Refused {
  typed: Typed;
  errors: Record<string, string>;
}

export interface ReadTrade {
  formId: string;
  values: TradeValues;
  basis: Basis;
  /** null: it is made with the trade */
  accountId: string | null;
  newAccount: NewAccountValues | null;
}

type Reading = { ok: true; read: ReadTrade } | { ok: false; refused: Refused };

interface Around {
  visitor: Visitor;
  accounts: readonly OpenAccount[];
  now: Date;
}

type Place = {
  account: Pick<OpenAccount, 'currency' | 'digits'>;
  id: string | null;
  made: NewAccountValues | null;
};

/** Where a trade belongs: an account of the list, or, where there is none at all, the one that the form describes. */
function placeOf(body: object, accounts: readonly OpenAccount[]): Place | { errors: Record<string, string> } {
  if (accounts.length === 0) {
    const read = readForm(newAccountForm, body);
    if (!read.ok) return { errors: read.errors };
    const { currency } = read.values;
    return { account: { currency, digits: currencyDigits(currency) }, id: null, made: read.values };
  }
  const wanted = 'account' in body ? body.account : undefined;
  const account = accounts.find(({ id }) => id === wanted);
  if (account === undefined) return { errors: { account: 'Choose an account from the list.' } };
  return { account, id: account.id, made: null };
}

/** Reads the form of a trade: whole, or with a sentence for each field that cannot be used and all that was typed. */
export async function readManual(
  tx: Tx,
  body: unknown,
  { visitor, accounts, now }: Around,
): Promise<Reading> {
  const form = readForm(tradeForm(visitor.timeZone).extend(placeForm.shape), body);
  const place = placeOf(typeof body === 'object' && body !== null ? body : {}, accounts);
  const errors: Record<string, string> = {
    ...(form.ok ? contradictions(form.values, now) : form.errors),
    ...('errors' in place ? place.errors : {}),
  };
  if (!form.ok || 'errors' in place || Object.keys(errors).length > 0)
    return { ok: false, refused: { typed: form.typed, errors } };
  const { formId, ...values } = form.values;
  const basis = await basisFor(tx, visitor.userId, { values, account: place.account, now });
  const lack = lackOf(values, basis);
  if (Object.keys(lack).length > 0) return { ok: false, refused: { typed: form.typed, errors: lack } };
  return { ok: true, read: { formId, values, basis, accountId: place.id, newAccount: place.made } };
}

type NumberName =
  'closePrice' | 'stopLoss' | 'takeProfit' | 'commission' | 'swap' | 'net' | 'contractSize' | 'rate';

const usable = <T>(field: z.ZodType<T>, value: unknown): T | null => field.safeParse(value).data ?? null;

/** What of a form can be used while it is still being typed; the rest counts as not typed. */
function draftOf(body: Readonly<Record<string, unknown>>, timeZone: string, now: Date): TradeValues | null {
  const { shape } = tradeForm(timeZone);
  const symbol = usable(shape.symbol, body['symbol']);
  const side = usable(shape.side, body['side']);
  const lots = usable(shape.lots, body['lots']);
  const openPrice = usable(shape.openPrice, body['openPrice']);
  if (symbol === null || side === null || lots === null || openPrice === null) return null;
  const number = (name: NumberName) => usable<string | null>(shape[name], body[name]);
  const closePrice = number('closePrice');
  return {
    ...{ symbol, side, lots, openPrice, closePrice },
    openedAt: usable(shape.openedAt, body['openedAt']) ?? now,
    // The price alone is enough to look at.
    closedAt: closePrice === null ? null : (usable<Date | null>(shape.closedAt, body['closedAt']) ?? now),
    stopLoss: number('stopLoss'),
    takeProfit: number('takeProfit'),
    commission: number('commission'),
    swap: number('swap'),
    net: number('net'),
    comment: '',
    magic: '0',
    contractSize: number('contractSize'),
    quote: usable<string | null>(shape.quote, body['quote']),
    rate: number('rate'),
  };
}

/** The account a preview is for; of one that is still to be made the currency is what is typed of it. */
function previewAccount(body: Readonly<Record<string, unknown>>, accounts: readonly OpenAccount[]) {
  const known = accounts.find(({ id }) => id === body['account']) ?? accounts[0];
  if (known !== undefined) return known;
  const currency = newAccountForm.shape.currency.safeParse(body['currency']).data ?? 'USD';
  return { currency, digits: currencyDigits(currency) };
}

/** What a form that is being typed would come to. Nothing is refused, and nothing is kept. */
export async function previewFor(
  tx: Tx,
  body: unknown,
  { visitor, accounts, now }: Around,
): Promise<Preview> {
  const typed: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const { userId, timeZone } = visitor;
  const values = draftOf(typed, timeZone, now);
  if (values === null) return emptyPreview;
  const basis = await basisFor(tx, userId, { values, account: previewAccount(typed, accounts), now });
  return previewOf({ trade: tradeOf(values), basis, now, timeZone });
}
