import { z } from 'zod';
import { textField } from './form.js';
import { optionalNumberField } from './number-field.js';

const missing = 'Please fill this in.';

/** A symbol as the broker writes it. All in small letters it means the capitals; single ones are a suffix. */
export const symbolField = textField(32)
  .min(1, { error: missing })
  .transform((symbol) => (/[A-Z]/.test(symbol) ? symbol : symbol.toUpperCase()));

/** The currency of a price, which may be a coin of up to five letters; null where the field is empty. */
export const optionalQuoteField = z
  .string()
  .optional()
  .transform((text = '') => text.trim().toUpperCase() || null)
  .refine((text) => text === null || /^[A-Z]{3,5}$/.test(text), {
    error: 'A currency has three letters, such as USD.',
  });

export const optionalSizeField = optionalNumberField({ decimals: 10, from: 'above-zero' });
