import { isSameSeal } from '../lib/seal.js';
import type { Account } from '../terminals/call.js';
import type { Slot } from '../terminals/supervisor.js';

/**
 * Which account was logged in where, and with which sealed password. The same login at the same server may be another
 * user's account, or have another password by now: neither has been proved by what the terminal holds.
 */
export class Residents {
  /** A slot's view names the same object from one login to the next. */
  private readonly logins = new WeakMap<Account, { accountId: string; sealed: Buffer }>();

  /** The login of this slot was of this account. */
  note(slot: Slot, accountId: string, sealed: Buffer): void {
    const { account } = slot.view();
    if (account !== null) this.logins.set(account, { accountId, sealed });
  }

  /** Null: nobody, or nobody that is known. */
  in(slot: Slot): string | null {
    return this.login(slot)?.accountId ?? null;
  }

  isProved(slot: Slot, accountId: string, sealed: Buffer | null): boolean {
    const login = this.login(slot);
    return login?.accountId === accountId && sealed !== null && isSameSeal(login.sealed, sealed);
  }

  private login(slot: Slot): { accountId: string; sealed: Buffer } | undefined {
    const { account } = slot.view();
    return account === null ? undefined : this.logins.get(account);
  }
}
