import pLimit from 'p-limit';
import { openPassword, sealPassword } from '../data/broker-password.js';
import { nobody, type Database, type Tx } from '../data/database.js';
import {
  acceptMarketAccount,
  clearMarketAccount,
  countMarketRejection,
  marketAccount,
  noteMarketSilence,
  refuseMarketAccount,
  sealedMarketAccount,
  setMarketAccount,
  type MarketAccountRow,
  type SealedMarketAccount,
} from '../data/market-account.js';
import type { Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import { mostRejections } from './login.js';
import type { MarketAccount, MarketRefusal, MarketSilence, MarketSource } from './market.js';

/** The account by which prices are read, as an administrator sets it and the terminal of prices uses it. */
export interface MarketDesk extends MarketSource {
  /** what is set, without its password */
  look(): Promise<MarketAccountRow | null>;
  set(account: MarketAccount): Promise<void>;
  /** False when none was set. */
  clear(): Promise<boolean>;
}

export interface MarketDeskParts {
  db: Database;
  keyring: Keyring;
  random: RandomBytes;
  clock: Clock;
  /** another account was set, or the one there was is cleared or refused */
  changed: (isUsable: boolean) => void;
}

// It is nobody's own: neither the database nor the seal names an owner.
const place = { userId: nobody, accountId: nobody };

const sentences = {
  once: 'The broker refused this login or password once; it is tried once more.',
  rejected: 'The broker refused this login or password twice.',
  master:
    'This is the master password: it can trade. It was deleted here; set the investor password instead.',
  unproved: 'The terminal could not prove that this password is read-only, so it was deleted here.',
  unreadable: 'The stored password cannot be opened with the keys of this installation.',
  'no-server':
    'No server of this name answers. Compare it with the title bar of MetaTrader, letter by letter.',
  offline: 'The broker cannot be reached.',
} as const;

type Usable = SealedMarketAccount & { sealed_password: Buffer };

const isUsable = (row: SealedMarketAccount | undefined): row is Usable =>
  row !== undefined &&
  row.sealed_password !== null &&
  row.state !== 'refused' &&
  row.rejections < mostRejections;

/** The account kept in the database; read once now, so that it is known at once whether there is one. */
export async function openMarketDesk(parts: MarketDeskParts): Promise<MarketDesk> {
  const row = await parts.db.withTenant('sync', nobody, sealedMarketAccount);
  return new Desk(parts, isUsable(row));
}

class Desk implements MarketDesk {
  /** the seal of each account that was handed out: what comes of it is told of this one alone */
  private readonly seals = new WeakMap<MarketAccount, Buffer>();
  /** one change after the other: a late word on an old account must not switch off the new one */
  private readonly inTurn = pLimit(1);

  constructor(
    private readonly parts: MarketDeskParts,
    private usable: boolean,
  ) {}

  isUsable(): boolean {
    return this.usable;
  }

  async look(): Promise<MarketAccountRow | null> {
    return (await this.asSync(marketAccount)) ?? null;
  }

  async set({ server, login, password }: MarketAccount): Promise<void> {
    const sealedPassword = sealPassword(this.parts, { ...place, server, login }, password);
    const at = this.parts.clock.now();
    await this.inTurn(async () => {
      await this.asSync((tx) => setMarketAccount(tx, { server, login, sealedPassword, at }));
      this.change(true);
    });
  }

  async clear(): Promise<boolean> {
    return this.inTurn(async () => {
      const wasThere = await this.asSync(clearMarketAccount);
      this.change(false);
      return wasThere;
    });
  }

  async account(): Promise<MarketAccount | null> {
    const row = await this.asSync(sealedMarketAccount);
    if (!isUsable(row)) return null;
    const { server, login, sealed_password: sealed } = row;
    const password = this.passwordOf(row);
    if (password === null) return this.unreadable(sealed);
    const account = { server, login, password };
    this.seals.set(account, sealed);
    return account;
  }

  async accepted(account: MarketAccount): Promise<void> {
    await this.tell(account, (tx, sealed, at) => acceptMarketAccount(tx, sealed, at));
  }

  async unanswered(account: MarketAccount, why: MarketSilence): Promise<void> {
    await this.tell(account, (tx, sealed, at) =>
      noteMarketSilence(tx, sealed, { reason: sentences[why], at }),
    );
  }

  async refused(account: MarketAccount, why: MarketRefusal): Promise<void> {
    await this.end(() =>
      this.tell(account, async (tx, sealed, at) => {
        const count = why === 'rejected' ? await countMarketRejection(tx, sealed) : mostRejections;
        if (count !== null && count >= mostRejections)
          return refuseMarketAccount(tx, sealed, { reason: sentences[why], at, wipes: true });
        await noteMarketSilence(tx, sealed, { reason: sentences.once, at });
        return false;
      }),
    );
  }

  private end(refuse: () => Promise<boolean | null>): Promise<void> {
    return this.inTurn(async () => {
      if ((await refuse()) === true) this.change(false);
    });
  }

  private async unreadable(sealed: Buffer): Promise<null> {
    // Its keys may come back: what cannot be opened is kept.
    const what = { reason: sentences.unreadable, at: this.parts.clock.now(), wipes: false };
    await this.end(() => this.asSync((tx) => refuseMarketAccount(tx, sealed, what)));
    return null;
  }

  private passwordOf({ server, login, sealed_password: sealed }: Usable): string | null {
    try {
      return openPassword(this.parts.keyring, { ...place, server, login }, sealed);
    } catch {
      return null;
    }
  }

  private async tell<T>(
    account: MarketAccount,
    write: (tx: Tx, sealed: Buffer, at: Date) => Promise<T>,
  ): Promise<T | null> {
    const sealed = this.seals.get(account);
    if (sealed === undefined) return null;
    return this.asSync((tx) => write(tx, sealed, this.parts.clock.now()));
  }

  private change(isUsable: boolean): void {
    this.usable = isUsable;
    this.parts.changed(isUsable);
  }

  private asSync<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.parts.db.withTenant('sync', nobody, work);
  }
}
