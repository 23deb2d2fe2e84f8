import type { Test } from 'tap';
import { testApp, type TestApp } from './app.js';
import { person, type Person } from './cast.js';
import { smtpServer, type SmtpHabits, type SmtpServer } from './smtp.js';
import { ask } from './steps.js';

export interface MailWorld {
  app: TestApp;
  server: SmtpServer;
  anna: Person;
}

/** The program with a mail server that is set up, and a person who has a letter box there. */
export async function mailWorld(t: Test, habits: SmtpHabits = {}): Promise<MailWorld> {
  const server = await smtpServer(t, habits);
  const env = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'RawJournal <journal@example.org>' };
  const app = await testApp(t, { env, postman: 'own' });
  return { app, server, anna: await person(app, 'anna') };
}

export interface LetterRow {
  id: string;
  user_id: string;
  kind: string;
  state: string;
  tries: number;
  answer: string;
  facts: object | null;
  secret: string | null;
}

/** Every letter, the oldest first. */
export const letterRows = (app: TestApp): Promise<LetterRow[]> =>
  ask<LetterRow>(
    app,
    'select id, user_id, kind, state, tries, answer, facts, secret from letters order by created_at, kind',
  );

/** Asks for a new password, and waits until the letter was tried. */
export const askForReset = async ({ app }: Pick<MailWorld, 'app'>, email: string): Promise<void> => {
  await app.browser().fill('/reset', '/reset', { email });
};
