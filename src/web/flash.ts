import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cookies } from './cookies.js';

export interface Flash {
  kind: 'good' | 'bad' | 'info';
  text: string;
}

/** What is said once on the next page. The cookie carries the key alone, so nobody can put words in our mouth. */
const sentences = {
  welcome: { kind: 'good', text: 'Welcome. This installation is yours.' },
  verified: { kind: 'good', text: 'Your email address is confirmed. Welcome.' },
  'welcome-done': { kind: 'good', text: 'Your journal is set up.' },
  'welcome-left': { kind: 'info', text: 'Left out. Ctrl-K, “Setting up”, leads back to it.' },
  'password-changed': { kind: 'good', text: 'Your password is changed. Every other session was signed out.' },
  'password-reset': { kind: 'good', text: 'Your password is changed. Sign in with the new one.' },
  'signed-out': { kind: 'info', text: 'You are signed out.' },
  'leaving-begun': {
    kind: 'info',
    text: 'You are signed out everywhere. Sign in within 7 days if you want to keep your account; after that all of it is removed.',
  },
  'leaving-taken-back': { kind: 'good', text: 'Your account stays, with everything in it.' },
  'sessions-saved': { kind: 'good', text: 'The sessions are saved, and your trades are told by them.' },
  'profile-saved': { kind: 'good', text: 'Your profile is saved.' },
  'plan-closed': { kind: 'bad', text: 'Your plan does not cover reading this account.' },
  'plan-changed': { kind: 'good', text: 'Your plan is changed.' },
  'plan-cancelled': { kind: 'good', text: 'Your plan ends with the time that is paid for.' },
  'plan-resumed': { kind: 'good', text: 'Your plan goes on.' },
  'account-added': { kind: 'good', text: 'The account is there.' },
  'account-saved': { kind: 'good', text: 'The account is saved.' },
  'account-paused': { kind: 'good', text: 'The account is paused.' },
  'account-resumed': { kind: 'good', text: 'The account is read again from now on.' },
  'account-asked': { kind: 'good', text: 'The account is being read, from the last deal known.' },
  'account-still': { kind: 'bad', text: 'Nothing was changed: the account is in no state for that.' },
  'account-removed': { kind: 'good', text: 'The account and all that belonged to it are removed.' },
  'page-saved': { kind: 'good', text: 'The page is saved.' },
  'trade-added': { kind: 'good', text: 'The trade is saved.' },
  'trade-saved': { kind: 'good', text: 'The trade is changed.' },
  'import-undone': { kind: 'good', text: 'The import is taken back.' },
  'import-saved': { kind: 'good', text: 'The import is saved.' },
  'backtest-renamed': { kind: 'good', text: 'The backtest is renamed.' },
  'backtest-removed': { kind: 'good', text: 'The backtest is deleted.' },
  'expert-saved': { kind: 'good', text: 'The EA is saved.' },
  'expert-removed': { kind: 'good', text: 'The rule is removed; its trades stay.' },
  'missed-added': { kind: 'good', text: 'The missed trade is kept.' },
  'missed-saved': { kind: 'good', text: 'The missed trade is changed.' },
  'missed-removed': { kind: 'good', text: 'The missed trade is deleted.' },
  'entry-removed': { kind: 'good', text: 'The entry is deleted.' },
  'trade-removed': { kind: 'good', text: 'The trade is deleted.' },
} as const satisfies Record<string, Flash>;

export type FlashKey = keyof typeof sentences;

const isKey = (key: string): key is FlashKey => Object.hasOwn(sentences, key);

export const sayNext = (reply: FastifyReply, cookies: Cookies, key: FlashKey): FastifyReply =>
  reply.setCookie(cookies.flash, key, { ...cookies.flags, maxAge: 60 });

/** What was to be said, and the cookie that said so is taken back. */
export function spokenOnce(request: FastifyRequest, reply: FastifyReply, cookies: Cookies): Flash[] {
  const key = request.cookies[cookies.flash];
  if (key === undefined) return [];
  reply.clearCookie(cookies.flash, cookies.flags);
  return isKey(key) ? [sentences[key]] : [];
}
