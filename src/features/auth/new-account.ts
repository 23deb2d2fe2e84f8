import { z } from 'zod';
import { emailField, timeZoneField } from '../../web/form.js';
import { isFromAddress, newPasswordField, ownName } from '../../web/passwords.js';

/** What somebody types to get an account. */
export const newAccountForm = z
  .object({ email: emailField, password: newPasswordField, timeZone: timeZoneField.catch('UTC') })
  .refine(({ email, password }) => !isFromAddress(password, email), { path: ['password'], error: ownName });
