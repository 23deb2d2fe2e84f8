import { z } from 'zod';
import type { ManualTrade } from '../../domain/manual-trade.js';
import { formIdField, nameField, textField } from '../../web/form.js';
import { optionalQuoteField, optionalSizeField, symbolField } from '../../web/instrument-fields.js';
import { type Bounds, numberField, optionalNumberField } from '../../web/number-field.js';
import { optionalTimeField, timeField } from '../../web/time-field.js';

const price: Bounds = { decimals: 10, from: 'above-zero' };
const money: Bounds = { decimals: 8, from: 'any' };

export const sideField = z.enum(['buy', 'sell'], { error: 'Choose buy or sell.' });
export const magicField = z
  .string()
  .optional()
  .transform((text = '') => text.trim() || '0')
  .refine((text) => /^\d{1,19}$/.test(text), { error: 'A magic number is made of digits.' });
export const commentField = textField(100).optional();

/** What forms and programs say of a trade alike. */
const tradeFields = {
  symbol: symbolField,
  side: sideField,
  lots: numberField({ decimals: 8, from: 'above-zero' }),
  openPrice: numberField(price),
  stopLoss: optionalNumberField(price),
  takeProfit: optionalNumberField(price),
  closePrice: optionalNumberField(price),
  commission: optionalNumberField(money),
  swap: optionalNumberField(money),
  net: optionalNumberField(money),
  comment: commentField,
  magic: magicField,
};

const formOf = (timeZone: string) =>
  z.object({
    ...tradeFields,
    openedAt: timeField(timeZone),
    closedAt: optionalTimeField(timeZone),
    contractSize: optionalSizeField,
    quote: optionalQuoteField,
    rate: optionalNumberField(price),
  });
export type TradeValues = z.infer<ReturnType<typeof formOf>>;

// Making one costs more than reading with it; there are few zones.
const forms = new Map<string, ReturnType<typeof formOf>>();

export function tradeForm(timeZone: string): ReturnType<typeof formOf> {
  const form = forms.get(timeZone) ?? formOf(timeZone);
  forms.set(timeZone, form);
  return form;
}

/** Which form it is, and where its trade belongs; '' where the account is made with it. */
export const placeForm = z.object({ formId: formIdField, account: z.string().optional() });

/** The account that is made with its first trade. */
export const newAccountForm = z.object({
  label: nameField(60),
  currency: z
    .string({ error: 'Please fill this in.' })
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, { error: 'A currency has three letters, such as USD.' }),
  balance: optionalNumberField({ decimals: 8, from: 'zero' }),
});
export type NewAccountValues = z.infer<typeof newAccountForm>;

/** A trade by itself: without what its result is reckoned on. */
export type SaidTrade = Omit<TradeValues, 'contractSize' | 'quote' | 'rate'>;
export type Contradictions = Partial<Record<keyof SaidTrade, string>>;

/** What does not fit together, a sentence for each field, where each by itself could be used. */
export function contradictions(
  { openedAt, closedAt, closePrice, net }: SaidTrade,
  now: Date,
): Contradictions {
  const wrong: Contradictions = {};
  const isAhead = (at: Date): boolean => at.getTime() > now.getTime() + 5 * 60_000;
  const ahead = 'This time has not come yet. Times are those of your time zone.';
  if (isAhead(openedAt)) wrong.openedAt = ahead;
  if (closedAt === null && closePrice !== null)
    wrong.closedAt = 'When was it closed? An exit needs its time.';
  if (closedAt !== null && closePrice === null)
    wrong.closePrice = 'At what price? While the trade is open, leave out the time of the exit too.';
  if (closedAt !== null && isAhead(closedAt)) wrong.closedAt = ahead;
  if (closedAt !== null && closedAt < openedAt) wrong.closedAt = 'This is before the trade was opened.';
  if (net !== null && closedAt === null && closePrice === null)
    wrong.net = 'An open trade has no result yet. Enter the exit, or leave this empty.';
  return wrong;
}

export const tradeOf = (said: SaidTrade): ManualTrade => {
  const { symbol, side, lots, openedAt, openPrice, stopLoss, takeProfit, closedAt, closePrice } = said;
  return {
    ...{ symbol, side, lots, openedAt, openPrice, stopLoss, takeProfit },
    exit: closedAt === null || closePrice === null ? null : { at: closedAt, price: closePrice },
    commission: said.commission ?? '0',
    swap: said.swap ?? '0',
    net: said.net,
    comment: said.comment ?? '',
    magic: said.magic,
  };
};
