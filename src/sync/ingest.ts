import { beginHistory, holdAccount, isStillThere } from '../data/account-visits.js';
import { moveCursor, type Reading } from '../data/accounts.js';
import type { Database, Tx } from '../data/database.js';
import { countListed, markUnlisted } from '../data/deals.js';
import { allPositions, rederiveDeals } from '../data/derived-times.js';
import type { OpenPosition } from '../data/positions.js';
import { writeReading, type WrittenReading } from '../data/readings.js';
import { ledgerSums, reconciliationOf, saveReconciliation } from '../data/reconciliations.js';
import { plainName } from '../domain/instrument.js';
import { nextVerdict, reasonOf, reconcile, type Reconciliation, type Standing } from '../domain/ledger.js';
import { toUtc } from '../domain/server-clock.js';
import { fromMinor, toMinor } from '../lib/money.js';
import type { AccountInfo, Part, Position } from '../terminals/protocol.js';
import type { Verdict } from '../data/schema-trading.js';
import { pipsOf, rebuildTrades, type Ground } from './rebuild.js';
import { levelOf, storeRows, type Listed, type Stored } from './store.js';

export interface Owned {
  userId: string;
  accountId: string;
}

/** A whole reading of the history. */
export interface History extends Listed {
  /** the terminal counted the same in three readings, and that many arrived */
  complete: boolean;
  /** read after the deals */
  account: AccountInfo;
  fromServerMs: number;
  toServerMs: number;
}

const asText = (value: number, digits: number): string => fromMinor(toMinor(value, digits), digits);

const readingOf = (account: AccountInfo, at: Date): Reading => {
  const money = (value: number): string => asText(value, account.currency_digits);
  return {
    at,
    company: account.company,
    currency: account.currency,
    currencyDigits: account.currency_digits,
    marginMode: account.margin_mode,
    leverage: account.leverage,
    balance: money(account.balance),
    credit: money(account.credit),
    equity: money(account.equity),
    floating: money(account.profit),
    margin: money(account.margin),
    freeMargin: money(account.margin_free),
    marginLevel: account.margin > 0 ? Math.round(account.margin_level * 100) / 100 : null,
  };
};

const openPosition = (position: Position, ground: Ground): OpenPosition => {
  const side = position.type === 0 ? 'buy' : 'sell';
  return {
    positionId: position.identifier,
    ticket: position.ticket,
    symbol: position.symbol,
    name: plainName(position.symbol),
    side,
    volume: position.volume,
    openPrice: position.price_open,
    currentPrice: position.price_current,
    stopLoss: levelOf(position.sl),
    takeProfit: levelOf(position.tp),
    swap: asText(position.swap, ground.digits),
    profit: asText(position.profit, ground.digits),
    pips: pipsOf(position.symbol, ground, { side, open: position.price_open, close: position.price_current }),
    magic: position.magic,
    comment: position.comment,
    openedMs: position.time_msc,
    openedAt: new Date(toUtc(ground.rule, position.time_msc)),
  };
};

/** Thrown where what was read belongs to no account any more: it was removed, or has other credentials by now. */
export class Superseded extends Error {}

const changed = 'The account has changed meanwhile.';

/** Nothing is written for an account that is not the one whose reading began. */
async function claim(tx: Tx, owner: Owned, sealed: Buffer | null): Promise<void> {
  if (!(await holdAccount(tx, owner, sealed))) throw new Superseded(changed);
}

interface Circumstances {
  ground: Ground;
  at: Date;
  /** the password, sealed, with which it was read */
  sealed: Buffer | null;
}

/** Writes one consistent reading of account and positions; what stands in the tables from then on. Throws Superseded. */
export const ingestSnapshot = (
  db: Database,
  owner: Owned,
  snapshot: Part<'snapshot'>,
  { ground, at, sealed }: Circumstances,
): Promise<WrittenReading> =>
  db.withTenant('sync', owner.userId, async (tx) => {
    await claim(tx, owner, sealed);
    const open = snapshot.positions.map((position) => openPosition(position, ground));
    return writeReading(tx, owner, readingOf(snapshot.account, at), open);
  });

export interface Ingested {
  /** ids of the trades that this reading closed */
  closed: Set<string>;
  /** deals that were new or changed */
  changed: number;
  /** nothing is missing, as far as the broker's balance can tell */
  isWhole: boolean;
}

async function standingOf(tx: Tx, owner: Owned, digits: number): Promise<Standing | null> {
  const row = await reconciliationOf(tx, owner);
  if (row === undefined) return null;
  return {
    verdict: row.verdict,
    difference: toMinor(row.difference, digits),
    fingerprint: row.fingerprint,
    seen: row.seen,
    countedMs: row.last_counted_at.getTime(),
  };
}

/** Weighs the deals against the balance of the same reading, and keeps what comes of it. */
async function settle(
  tx: Tx,
  owner: Owned,
  account: AccountInfo,
  { digits, at }: { digits: number; at: Date },
): Promise<{ verdict: Verdict; reason: string; now: Reconciliation }> {
  const { unlisted, ...sums } = await ledgerSums(tx, owner, digits);
  const now = reconcile(sums, {
    balance: toMinor(account.balance, digits),
    credit: toMinor(account.credit, digits),
    digits,
    currency: account.currency,
    unlisted,
  });
  const standing = nextVerdict(await standingOf(tx, owner, digits), now, at.getTime());
  const reason = reasonOf(now, standing.verdict);
  await saveReconciliation(tx, owner, {
    checked_at: at,
    ledger: fromMinor(now.ledger, digits),
    broker: fromMinor(now.broker, digits),
    difference: fromMinor(now.difference, digits),
    verdict: standing.verdict,
    reason,
    unlisted,
    fingerprint: now.fingerprint,
    seen: standing.seen,
    last_counted_at: new Date(standing.countedMs),
  });
  return { verdict: standing.verdict, reason, now };
}

const stillLoading = 'The terminal had not loaded the whole history yet; it is read again.';

/** Stores deals and orders as they came, and makes the trades that they touch anew. */
async function store(
  tx: Tx,
  owner: Owned,
  history: History,
  circumstances: Circumstances & { derivedBy: string },
): Promise<Omit<Stored, 'positions' | 'whole'> & { closed: Set<string> }> {
  const { ground, derivedBy } = circumstances;
  const { positions, whole, ...stored } = await storeRows(tx, owner, history, circumstances);
  const isNewRule = derivedBy !== '' && derivedBy !== ground.rule;
  if (isNewRule) await rederiveDeals(tx, owner, (serverMs) => new Date(toUtc(ground.rule, serverMs)));
  const touched = isNewRule ? await allPositions(tx, owner) : positions;
  return { ...stored, closed: await rebuildTrades(tx, owner, { positions: touched, whole }, ground) };
}

/**
 * Writes a reading of the history: deals and orders, the trades they touch, the reconciliation with the balance of
 * the same reading, and the cursor, all in one transaction. Reading the same again changes nothing. Throws Superseded.
 */
export const ingestHistory = (
  db: Database,
  owner: Owned,
  history: History,
  circumstances: Circumstances & { derivedBy: string },
): Promise<Ingested> =>
  db.withTenant('sync', owner.userId, async (tx) => {
    const { ground, at, sealed } = circumstances;
    await beginHistory(tx, owner);
    // Held at the end only: while a long history is written, pages change the account as they like.
    if (!(await isStillThere(tx, owner, sealed))) throw new Superseded(changed);
    const { lastMs, tickets, ...changes } = await store(tx, owner, history, circumstances);
    const listed = await countListed(tx, owner, history);
    // A list without any deal where some are known is a terminal that has not loaded them, whatever it claims.
    const isComplete = history.complete && (tickets.size > 0 || listed === 0);
    // All that were read are listed now: as many as there are means those and no others.
    if (isComplete && listed !== tickets.size)
      await markUnlisted(tx, owner, { ...history, tickets: [...tickets] });
    await claim(tx, owner, sealed);
    const { verdict, reason } = await settle(tx, owner, history.account, { digits: ground.digits, at });
    const isWhole = verdict === 'unexplained' || (isComplete && verdict !== 'open');
    await moveCursor(tx, owner.userId, owner.accountId, {
      at,
      // Never past a gap: what is missing may lie anywhere before it.
      cursorMs: isWhole ? lastMs : 0,
      clockRule: ground.rule,
      state: isWhole ? 'live' : 'incomplete',
      reason: isWhole ? '' : verdict === 'open' ? reason : stillLoading,
    });
    return { ...changes, isWhole };
  });
