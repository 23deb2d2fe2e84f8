import {
  tradeFields,
  type Activity,
  type ActivityKind,
  type ActivityWhat,
  type DoneBy,
  type TradeFacts,
  type TradeField,
} from '../../domain/activity.js';
import { lots } from '../../web/figures.js';
import { count, when } from '../../web/words.js';

export const kindWords: Readonly<Record<ActivityKind, string>> = {
  security: 'Security',
  trades: 'Trades',
  imports: 'Imports',
  accounts: 'Accounts',
  rights: 'Role and plan',
  data: 'Data',
};

export const doerWords: Readonly<Record<DoneBy, string>> = {
  owner: 'You',
  program: 'A program, by an API token',
  administrator: 'An administrator',
  console: 'The command line of the server',
  payments: 'The payment service',
  stranger: 'Somebody unknown',
};

const tradeName = ({ symbol, side, lots: volume }: TradeFacts): string => `${symbol} ${side} ${lots(volume)}`;
const roleWord = (role: 'user' | 'admin'): string => (role === 'admin' ? 'administrator' : 'user');

type Tellers = { [A in Activity as A['what']]: string | ((activity: A) => string) };

const sentences: Tellers = {
  'signed-up': 'The account was made',
  'signed-in': 'Signed in',
  'sign-in-refused': ({ details }) =>
    details.step === 'code' ? 'A sign-in was refused: wrong code' : 'A sign-in was refused: wrong password',
  'signed-out': 'Signed out',
  'address-confirmed': 'The email address was confirmed',
  'password-changed': 'The password was changed',
  'password-reset': 'A new password was chosen by a mailed link',
  'reset-link-made': 'A link for a new password was made',
  'factor-on': 'Two-factor sign-in was turned on',
  'factor-off': 'Two-factor sign-in was turned off',
  'recovery-codes-made': 'New recovery codes were made',
  'token-made': ({ details: { name, scope } }) =>
    `API token “${name}” was made, to ${scope === 'write' ? 'read and write' : 'read'}`,
  'token-revoked': ({ details }) => `API token “${details.name}” was revoked`,
  'tokens-revoked': 'Every API token was revoked',
  'sessions-ended': ({ details }) => `${count(details.count, 'other device')} signed out`,
  'trade-entered': ({ details }) => `Trade ${tradeName(details.after)} was entered`,
  'trade-changed': ({ details }) => `Trade ${tradeName(details.after)} was changed`,
  'trade-deleted': ({ details }) => `Trade ${tradeName(details.before)} was deleted`,
  'import-saved': ({ details: { file, account, rows } }) =>
    account === ''
      ? `Import of ${file} was saved`
      : `Import of ${file} into “${account}” was saved: ${count(rows, 'new row')}`,
  'import-undone': ({ details }) => `Import of ${details.file} was taken back`,
  'account-connected': ({ details: { label, login, server } }) =>
    `Account “${label}” was connected: login ${login} at ${server}`,
  'account-added': ({ details }) => `Account “${details.label}” was added`,
  'account-password': ({ details }) => `Account “${details.label}” was given a password`,
  'account-paused': ({ details }) => `Account “${details.label}” was paused`,
  'account-resumed': ({ details }) => `Account “${details.label}” was resumed`,
  'account-removed': ({ details }) => `Account “${details.label}” was removed`,
  'user-made': 'The account was made',
  'role-changed': ({ details }) => `The role was changed to ${roleWord(details.to)}`,
  'plan-changed': ({ details: { from, to } }) => `The plan was changed from ${from} to ${to}`,
  disabled: 'The account was shut out',
  enabled: 'The account was let in again',
  'export-made': 'An export of everything was made',
  'terms-agreed': ({ details }) => `Terms and privacy were agreed to, version ${details.version}`,
  'leaving-asked': 'Deletion of the account was asked for',
  'leaving-taken-back': 'Deletion of the account was taken back',
};

const isKnown = (what: string): what is ActivityWhat => Object.hasOwn(sentences, what);

/** What was done as a sentence; of what this version does not know, its bare name. */
export function activitySentence(activity: Activity): string {
  if (!isKnown(activity.what)) return String(activity.what);
  const told = sentences[activity.what] as string | ((activity: Activity) => string);
  return typeof told === 'string' ? told : told(activity);
}

const fieldWords: Readonly<Record<TradeField, string>> = {
  account: 'Account',
  symbol: 'Symbol',
  side: 'Side',
  lots: 'Lots',
  openedAt: 'Opened',
  openPrice: 'Entry',
  closedAt: 'Closed',
  closePrice: 'Exit',
  stopLoss: 'Stop loss',
  takeProfit: 'Take profit',
  commission: 'Commission',
  swap: 'Swap',
  net: 'Net',
  magic: 'Magic',
  comment: 'Comment',
};
const times: ReadonlySet<TradeField> = new Set(['openedAt', 'closedAt']);
const money: ReadonlySet<TradeField> = new Set(['commission', 'swap', 'net']);

/** A field of a trade before and after; null where there was nothing. */
export interface ChangeLine {
  name: string;
  before: string | null;
  after: string | null;
  isMoney: boolean;
}

/** What a trade was and is, field by field: of a change what differs alone. */
export function changesOf(activity: Activity, timeZone: string): ChangeLine[] {
  if (!('details' in activity)) return [];
  const { details } = activity;
  const before = 'before' in details ? details.before : null;
  const after = 'after' in details ? details.after : null;
  if (before === null && after === null) return [];
  const shown = (facts: TradeFacts | null, field: TradeField): string | null => {
    const text = facts?.[field] ?? '';
    if (text === '') return null;
    return times.has(field) ? when(new Date(text), timeZone) : text;
  };
  return tradeFields
    .map((field) => ({
      name: fieldWords[field],
      ...{ before: shown(before, field), after: shown(after, field) },
      isMoney: money.has(field),
    }))
    .filter(({ before: was, after: is }) => was !== is);
}
