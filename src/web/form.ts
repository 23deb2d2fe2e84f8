import { z } from 'zod';
import { Fault } from '../lib/fault.js';

export type Typed = Readonly<Record<string, string>>;
export type Form<T> =
  { ok: true; values: T; typed: Typed } | { ok: false; errors: Record<string, string>; typed: Typed };

const isSecret = (name: string): boolean => /password|code|secret|^_/i.test(name);

/** What a person typed, to be shown again: text only, and never a secret. */
const typedIn = (body: object): Typed =>
  Object.fromEntries(
    Object.entries(body).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && !isSecret(entry[0]),
    ),
  );

const fieldIn = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;

/** The text that any body has under a name; '' where there is none. */
export function textIn(body: unknown, name: string): string {
  const value = fieldIn(body, name);
  return typeof value === 'string' ? value : '';
}

/** The same of boxes, of which one, several or none are ticked. */
export const textsIn = (body: unknown, name: string): string[] =>
  [fieldIn(body, name)].flat().filter((value) => typeof value === 'string');

/**
 * Reads a form: its values, or one sentence for each field that cannot be used, beside everything that was typed.
 * Throws a Fault 400 for a body that no form of ours could have sent.
 */
export function readForm<S extends z.ZodObject>(schema: S, body: unknown): Form<z.infer<S>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Fault(
      400,
      'malformed',
      'The form arrived empty or damaged. Go back, reload the page and send it again.',
    );
  const typed = typedIn(body);
  const result = schema.safeParse(body);
  if (result.success) return { ok: true, values: result.data, typed };
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) errors[issue.path.join('.')] ??= issue.message;
  return { ok: false, errors, typed };
}

const missing = 'Please fill this in.';

export const emailField = z
  .string({ error: missing })
  .trim()
  .toLowerCase()
  .min(1, { error: missing })
  .max(254, { error: 'This address is too long.' })
  .pipe(z.email({ error: 'This is not an email address; it looks like name@example.org.' }));

/** A password given to get in: whatever was once accepted must be accepted again. */
export const passwordField = z
  .string({ error: missing })
  .min(1, { error: missing })
  .max(200, { error: 'No password here is that long.' });

export const textField = (max: number): z.ZodString =>
  z
    .string({ error: missing })
    .trim()
    .max(max, { error: `Please keep it within ${max} characters.` })
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: 'Please use visible characters only.' });

export const nameField = (max: number): z.ZodString => textField(max).min(1, { error: missing });

/** A broker's server, as in the title bar of MetaTrader. */
export const serverField = nameField(100);
export const loginField = z
  .string({ error: missing })
  .trim()
  .min(1, { error: missing })
  .regex(/^[1-9]\d{0,18}$/, { error: 'A login has digits only, such as 51482.' });

const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
export const timeZones: readonly string[] = [...zones].sort();
export const timeZoneField = z
  .string({ error: missing })
  .refine((zone) => zones.has(zone), { error: 'Choose a time zone from the list, such as Europe/Berlin.' });

export const idField = z.uuid({ error: 'This is not an id.' });
/** The form's own number, so that its second sending is known. */
export const formIdField = z.uuid({ error: 'The form is damaged. Reload the page and send it again.' });
