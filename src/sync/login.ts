import type { AccountToRead } from '../data/account-visits.js';
import { openPassword } from '../data/broker-password.js';
import type { AccountState } from '../data/schema-trading.js';
import type { Errand, VisitDeps } from './visit.js';

export type Live = AccountToRead & { server: string; login: string };

export const isLive = (account: AccountToRead | undefined): account is Live =>
  account?.type === 'live' && account.server !== null && account.login !== null;

/** Refusals by a broker that an account's credentials get in all. */
export const mostRejections = 2;

export const sentences = {
  rejected:
    'The broker refused this login or password twice. Nothing is tried again until you enter the investor password anew.',
  master:
    'This is the master password: it can trade. It was refused and deleted here. Enter the investor (read-only) password instead.',
  unproved:
    'The terminal could not prove that this password is read-only, so it was not used. Try again, or ask your broker for an investor password.',
  unreadable:
    'The stored password cannot be opened with the keys of this installation. Enter the investor password anew.',
  unknownServer:
    'No broker server of this name answers. Compare it with the name in the title bar of MetaTrader, letter by letter.',
  offline: 'The broker cannot be reached; it is tried again by itself.',
} as const;

/** Thrown inside a visit to end it with this state; `isFinal`: until the owner does something. */
export class Stopped extends Error {
  constructor(
    readonly state: AccountState,
    readonly reason: string,
    readonly isFinal: boolean,
    readonly wipes = false,
  ) {
    super(reason);
  }
}

function passwordOf(deps: VisitDeps, { userId, accountId }: Errand, account: Live): string {
  const { server, login, sealed_password: sealed } = account;
  if (sealed === null) throw new Stopped('needs-password', account.state_reason, true);
  try {
    return openPassword(deps.keyring, { userId, accountId, server, login }, sealed);
  } catch {
    throw new Stopped('needs-password', sentences.unreadable, true);
  }
}

/** Brings the account into the terminal, unless it is there already by this very password. */
export async function logIn(deps: VisitDeps, errand: Errand, account: Live): Promise<void> {
  const { slot, accountId } = errand;
  const { server, login, sealed_password: sealed } = account;
  if (sealed !== null && deps.residents.isProved(slot, accountId, sealed)) return;
  if (account.rejections >= mostRejections) throw new Stopped('needs-password', sentences.rejected, true);
  const password = passwordOf(deps, errand, account);
  deps.onProgress(accountId, { step: 'login', done: null, total: null });
  const said = await slot.call('login', { login, server, password });
  deps.onProgress(accountId, { step: 'proof', done: null, total: null });
  if (!said.tradeAllowed && said.investor === 'yes') {
    if (sealed !== null) deps.residents.note(slot, accountId, sealed);
    return;
  }
  // Nothing is read there, and nothing is to stay logged in that could trade.
  deps.vacate(slot);
  if (said.tradeAllowed || said.investor === 'no')
    throw new Stopped('refused-master', sentences.master, true, true);
  throw new Stopped('needs-password', sentences.unproved, true);
}
