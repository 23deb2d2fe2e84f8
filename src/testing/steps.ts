import type { LightMyRequestResponse } from 'fastify';
import { generateSync } from 'otplib';
import type { Clock } from '../lib/clock.js';
import type { Outgoing } from '../mail/postman.js';
import type { TestApp } from './app.js';
import type { Browser } from './browser.js';
import { password, type Person } from './cast.js';
import { asAdministrator } from './database.js';

type Answer = LightMyRequestResponse;

/** What people do, one step each. */
export const signIn = (browser: Browser, email: string, more: Record<string, string> = {}): Promise<Answer> =>
  browser.fill('/login', '/login', { email, password, ...more });

export const isSignedIn = async (browser: Browser): Promise<boolean> =>
  (await browser.get('/dashboard')).statusCode === 200;

/** The first link of a letter, whole; '' when there is none. */
export const linkIn = (letter: Pick<Outgoing, 'text'> | undefined): string =>
  /https?:\/\/\S+/.exec(letter?.text ?? '')?.[0] ?? '';

/** The same as a path on this site. */
export const pathIn = (letter: Pick<Outgoing, 'text'> | undefined): string =>
  new URL(linkIn(letter)).pathname;

/** The six digits an authenticator app shows now, or that many half minutes away. */
export const codeAt = (clock: Clock, secret: string, stepsAway = 0): string =>
  generateSync({ secret, epoch: Math.floor(clock.now().getTime() / 1000) + 30 * stepsAway });

const inElement = (html: string, id: string): string =>
  new RegExp(`<code id="${id}">([^<]*)</code>`).exec(html)?.[1] ?? '';

/** The key that the pending region shows, as an app keeps it. */
export const shownSecret = (html: string): string => inElement(html, 'factor-secret').replaceAll(' ', '');

export const shownCodes = (html: string): string[] =>
  inElement(html, 'recovery-codes').split('\n').filter(Boolean);

export const shownToken = (html: string): string => inElement(html, 'new-token');

/** Turns the second step on through the pages, and lets the code that was used grow old. */
export async function turnOnFactor(
  { clock }: TestApp,
  { browser }: Person,
): Promise<{ secret: string; codes: string[] }> {
  const pending = await browser.fill('/settings/security', '/settings/security/two-factor', { password });
  const secret = shownSecret(pending.body);
  const code = codeAt(clock, secret);
  const on = await browser.post('/settings/security/two-factor/confirmation', { code });
  clock.advance(60_000);
  return { secret, codes: shownCodes(on.body) };
}

/** A page without what differs from one drawing to the next: form tokens, request and form numbers, the time. */
export const withoutChance = (html: string): string =>
  html
    .replaceAll(/name="_csrf" value="[^"]+"/g, 'name="_csrf"')
    .replaceAll(/data-now="\d+"/g, 'data-now')
    .replaceAll(/hx-headers="[^"]+"/g, 'hx-headers')
    .replaceAll(/name="formId" value="[^"]+"/g, 'name="formId"')
    .replaceAll(/<code id="request-id">[^<]+/g, '<code id="request-id">');

/** A page without the words that the names of figures tell when they are asked. */
export const withoutHelp = (html: string): string =>
  html.replaceAll(/<span class="help-text" hidden>.*?<\/a>/gs, '</a>');

/** Every row of every table as text: what somebody reads who has stolen the database. */
export const stolen = ({ login }: Pick<TestApp, 'login'>): Promise<string> =>
  asAdministrator(login, async (client) => {
    const tables = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' order by 1",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${client.escapeIdentifier(name)} t`,
      );
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  });

/** One query as the administrator, past every policy. */
export const ask = <T extends object>(
  { login }: TestApp,
  question: string,
  values: unknown[] = [],
): Promise<T[]> => asAdministrator(login, async (client) => (await client.query<T>(question, values)).rows);

export const isVerified = async (world: TestApp, email: string): Promise<boolean> =>
  (await ask(world, 'select from users where email = $1 and verified_at is not null', [email])).length === 1;
