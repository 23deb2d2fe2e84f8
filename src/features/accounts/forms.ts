import { z } from 'zod';
import { isRule } from '../../domain/server-clock.js';
import { categories } from '../../data/schema-trading.js';
import { formIdField, loginField, nameField, passwordField, serverField } from '../../web/form.js';

export const labelField = nameField(60);
export const categoryField = z.enum(categories, { error: 'Choose what kind of account it is.' });
export const typeField = z.enum(['live', 'report', 'manual'], {
  error: 'Choose where its trades come from.',
});
export const currencyField = z
  .string({ error: 'Please fill this in.' })
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/, { error: 'A currency has three letters, such as USD.' });

const named = { label: labelField, category: categoryField, formId: formIdField };

export const liveForm = z.object({
  ...named,
  server: serverField,
  login: loginField,
  investorPassword: passwordField,
});
export const otherForm = z.object({ ...named, currency: currencyField });
export const editForm = z.object({
  label: labelField,
  category: categoryField,
  clock: z.string().refine(isRule, { error: 'Choose a clock from the list.' }).optional(),
});
/** A connected account keeps its server and login; where they are given they must make sense. */
export const credentialsForm = z.object({
  server: serverField.optional(),
  login: loginField.optional(),
  investorPassword: passwordField,
});

export const taken = 'You have this login at this server already.';
