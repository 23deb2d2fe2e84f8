import { z } from 'zod';
import { typedNumber } from '../lib/typed-number.js';

const missing = 'Please fill this in.';
const noNumber = 'This is not a number; it looks like 1.0832.';

export interface Bounds {
  /** at most so many decimals */
  decimals: number;
  from: 'above-zero' | 'zero' | 'any';
}

/** A sentence about a number that cannot be used; null: it can. */
export function wrongIn(number: string, { decimals, from }: Bounds): string | null {
  const [whole = '', fraction = ''] = number.replace('-', '').split('.');
  const isNothing = !/[1-9]/.test(number);
  if (fraction.replace(/0+$/, '').length > decimals) return `At most ${decimals} decimals.`;
  if (whole.length > 12 || fraction.length > 30) return 'This number is too long.';
  if (from === 'above-zero' && (isNothing || number.startsWith('-'))) return 'This has to be above zero.';
  if (from === 'zero' && number.startsWith('-')) return 'This cannot be below zero.';
  return null;
}

const wordFor = (text: string): string => {
  const [, whole, fraction] = /^\s*[+-]?(\d{1,3}),(\d{3})\s*$/.exec(text) ?? [];
  if (whole === undefined || fraction === undefined) return noNumber;
  return `Write ${whole}.${fraction} or ${whole}${fraction}: the comma may mean either.`;
};

/** A number as people type it, to plain decimal text; null where the field is empty. */
export const optionalNumberField = (bounds: Bounds) =>
  z
    .string({ error: noNumber })
    .optional()
    .transform((text = '', context): string | null => {
      if (text.trim() === '') return null;
      const number = typedNumber(text);
      const wrong = number === null ? wordFor(text) : wrongIn(number, bounds);
      if (wrong === null) return number;
      context.addIssue({ code: 'custom', message: wrong });
      return z.NEVER;
    });

export const numberField = (bounds: Bounds) =>
  optionalNumberField(bounds).transform((value, context): string => {
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: missing });
    return z.NEVER;
  });
