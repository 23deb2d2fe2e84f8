import type { AccountRow } from '../../data/accounts.js';
import type { Category } from '../../data/schema-trading.js';
import type { Summary } from './summary.js';

/** What a report suggests for the account that is made of it, and which account it names. */

export const unnamedAccount = 'Imported account';

const visible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim();

/** Our own files name an account as its owner did; others name the owner. */
export const suggestedLabel = ({ account }: Summary, format: string): string => {
  const told = [account.company ?? account.server, account.login].filter(Boolean).join(' ');
  const label = format === 'rawjournal' ? visible(account.name ?? '') : '';
  return (label || told).slice(0, 60) || unnamedAccount;
};

export const suggestedCategory = ({ account }: Summary): Category =>
  account.mode === 'real' ? 'Real' : 'Demo';

/** Whether an account is the one that a report names. */
export const isNamedIn = (
  { login, server }: AccountRow,
  { account: told }: Pick<Summary, 'account'>,
): boolean => told.login !== null && login === told.login && (told.server === null || server === told.server);
