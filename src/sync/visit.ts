import {
  accountOf,
  countRejection,
  sealedPasswordOf,
  setState,
  wipePassword,
  type AccountRow,
} from '../data/accounts.js';
import { openPassword } from '../data/broker-password.js';
import type { Database } from '../data/database.js';
import type { AccountState } from '../data/schema-trading.js';
import { toServer } from '../domain/server-clock.js';
import { dayMs, type Clock } from '../lib/clock.js';
import type { Keyring } from '../lib/seal.js';
import { TerminalError, type Account } from '../terminals/call.js';
import type { AccountInfo, Part } from '../terminals/protocol.js';
import type { Slot } from '../terminals/supervisor.js';
import type { BrokerClocks } from './clocks.js';
import type { FeedEvent } from './feed.js';
import { ingestHistory, ingestSnapshot, type Ingested, type Owned } from './ingest.js';
import type { Ground } from './rebuild.js';
import type { Symbols } from './symbols.js';
import type { Progress } from './sync.js';

/** The history is read again for so long before the cursor: deals may come late, and change. */
const overlapMs = 7 * dayMs;
/** Server clocks run ahead of UTC by up to a day. */
const aheadMs = 2 * dayMs;

export interface VisitDeps {
  db: Database;
  keyring: Keyring;
  clock: Clock;
  clocks: BrokerClocks;
  symbols: Symbols;
  onProgress: (accountId: string, progress: Progress) => void;
}

export interface Errand extends Owned {
  slot: Slot;
  /** with the deals, or positions alone */
  withHistory: boolean;
  /** from the first deal on, not from the cursor */
  isWhole: boolean;
}

/** read: done · later: not now, the account stays in the queue · owner: it waits for its owner · gone: removed */
export type Outcome =
  | { kind: 'read'; events: FeedEvent[]; isIncomplete: boolean; isFirst: boolean }
  | { kind: 'later'; reason: string; isTerminal: boolean }
  | { kind: 'owner' }
  | { kind: 'gone' };

type Live = AccountRow & { server: string; login: string };

const isLive = (account: AccountRow | undefined): account is Live =>
  account?.type === 'live' && account.server !== null && account.login !== null;

const sentences = {
  rejected:
    'The broker refused this login or password twice. Nothing is tried again until you enter the investor password anew.',
  master:
    'This is the master password: it can trade. It was refused and deleted here. Enter the investor (read-only) password instead.',
  unproved:
    'The terminal could not prove that this password is read-only, so it was not used. Try again, or ask your broker for an investor password.',
  unknownServer:
    'No broker server of this name answers. Compare it with the name in the title bar of MetaTrader, letter by letter.',
};

const isSame = (a: Account | null, b: Live): boolean =>
  a !== null && a.login === b.login && a.server.toLowerCase() === b.server.toLowerCase();

/** Thrown inside a visit to end it with this state; `isFinal`: until the owner does something. */
class Stopped extends Error {
  constructor(
    readonly state: AccountState,
    readonly reason: string,
    readonly isFinal: boolean,
    readonly wipes = false,
  ) {
    super(reason);
  }
}

/** One visit of one account in one terminal: log in if another account is there, read, write. Never rejects. */
export async function visit(deps: VisitDeps, errand: Errand): Promise<Outcome> {
  const { db } = deps;
  const { userId, accountId } = errand;
  const account = await db.withTenant('sync', userId, (tx) => accountOf(tx, userId, accountId));
  if (!isLive(account)) return { kind: 'gone' };
  if (account.state === 'paused' && !errand.isWhole) return { kind: 'owner' };
  try {
    if (!isSame(errand.slot.view().account, account)) await logIn(deps, errand, account);
    return await read(deps, errand, account);
  } catch (error) {
    if (error instanceof Stopped) return stop(deps, errand, error);
    if (error instanceof TerminalError) return afterFailure(deps, errand, account, error);
    throw error;
  }
}

async function stop({ db }: VisitDeps, { userId, accountId }: Owned, why: Stopped): Promise<Outcome> {
  await db.withTenant('sync', userId, async (tx) => {
    if (why.wipes) await wipePassword(tx, userId, accountId);
    await setState(tx, userId, accountId, { state: why.state, reason: why.reason });
  });
  return why.isFinal ? { kind: 'owner' } : { kind: 'later', reason: why.reason, isTerminal: false };
}

async function logIn(deps: VisitDeps, { slot, userId, accountId }: Errand, account: Live): Promise<void> {
  const { server, login } = account;
  const sealed = await deps.db.withTenant('sync', userId, (tx) => sealedPasswordOf(tx, userId, accountId));
  if (sealed === null) throw new Stopped('needs-password', account.state_reason, true);
  const password = openPassword(deps.keyring, { userId, accountId, server, login }, sealed);
  deps.onProgress(accountId, { step: 'login', done: null, total: null });
  const said = await slot.call('login', { login, server, password });
  deps.onProgress(accountId, { step: 'proof', done: null, total: null });
  if (said.tradeAllowed || said.investor === 'no')
    throw new Stopped('refused-master', sentences.master, true, true);
  if (said.investor !== 'yes') throw new Stopped('needs-password', sentences.unproved, true);
}

/** A reading of another account than the one asked for is worse than none. */
function mustBe(account: Live, info: AccountInfo): void {
  if (info.login !== account.login)
    throw new TerminalError('internal', `The terminal showed account ${info.login}, not ${account.login}.`);
}

async function groundOf(
  deps: VisitDeps,
  { slot }: Errand,
  account: Live,
  names: ReadonlySet<string>,
  digits: number,
): Promise<Ground> {
  const { server } = account;
  const symbols = await deps.symbols.of(server, names, (missing) => slot.call('symbols', { names: missing }));
  return { digits, rule: await deps.clocks.ruleOf(server), symbols };
}

const symbolsIn = (rows: readonly { symbol: string }[]): Set<string> =>
  new Set(rows.map((row) => row.symbol).filter((symbol) => symbol !== ''));

async function readClock(deps: VisitDeps, { slot }: Errand, account: Live, symbol: string): Promise<void> {
  if (!deps.clocks.isDue(account.server, deps.clock.now())) return;
  await deps.clocks.measure(account.server, await slot.call('clock', { symbol }));
}

async function read(deps: VisitDeps, errand: Errand, account: Live): Promise<Outcome> {
  const snapshot = await errand.slot.call('snapshot', {});
  mustBe(account, snapshot.account);
  const digits = snapshot.account.currency_digits;
  const ground = await groundOf(deps, errand, account, symbolsIn(snapshot.positions), digits);
  await ingestSnapshot(deps.db, errand, snapshot, { ground, at: deps.clock.now() });
  const { accountId } = errand;
  const events: FeedEvent[] = [
    { type: 'BALANCE_UPDATE', accountId },
    { type: 'POSITION_UPDATE', accountId },
  ];
  const isFirst = account.connected_at === null;
  if (!errand.withHistory)
    return { kind: 'read', events, isIncomplete: account.state === 'incomplete', isFirst };
  const { closed, verdict, changed } = await readHistory(deps, errand, account, snapshot);
  if (!isFirst) for (const tradeId of closed) events.push({ type: 'NEW_TRADE', accountId, tradeId });
  const isIncomplete = verdict === 'open';
  if (changed > 0 || isFirst || account.state !== (isIncomplete ? 'incomplete' : 'live'))
    events.push({ type: 'SYNC_STATUS', accountId });
  return { kind: 'read', events, isIncomplete, isFirst };
}

async function readHistory(
  deps: VisitDeps,
  errand: Errand,
  account: Live,
  snapshot: Part<'snapshot'>,
): Promise<Ingested> {
  const { slot, accountId } = errand;
  await readClock(deps, errand, account, snapshot.positions[0]?.symbol ?? 'EURUSD');
  const rule = await deps.clocks.ruleOf(account.server);
  const isWhole = errand.isWhole || account.connected_at === null || account.state === 'incomplete';
  const fromServerMs = isWhole ? 0 : Math.max(0, Number(account.cursor_ms) - overlapMs);
  const toServerMs = toServer(rule, deps.clock.now().getTime()) + aheadMs;
  const range = { fromServerMs, toServerMs };
  const history = await slot.call('history', range, {
    onProgress: (done, total) => deps.onProgress(accountId, { step: 'history', done, total }),
  });
  mustBe(account, history.account);
  deps.onProgress(accountId, { step: 'reconciling', done: null, total: null });
  const digits = history.account.currency_digits;
  const ground = await groundOf(deps, errand, account, symbolsIn(history.deals), digits);
  const complete = history.complete && history.deals.length === history.dealsTotal;
  return ingestHistory(
    deps.db,
    errand,
    { ...history, ...range, complete },
    { ground, at: deps.clock.now(), derivedBy: account.clock_rule },
  );
}

/** What a failed call means for the account. Credentials are refused twice in all, whatever happens in between. */
async function afterFailure(
  deps: VisitDeps,
  errand: Errand,
  account: Live,
  error: TerminalError,
): Promise<Outcome> {
  const { userId, accountId } = errand;
  const isDraft = account.connected_at === null;
  switch (error.kind) {
    case 'auth': {
      const count = await deps.db.withTenant('sync', userId, (tx) => countRejection(tx, userId, accountId));
      if (count >= 2) return stop(deps, errand, new Stopped('needs-password', sentences.rejected, true));
      return { kind: 'later', reason: error.text, isTerminal: false };
    }
    case 'investor':
      return stop(deps, errand, new Stopped('refused-master', sentences.master, true, true));
    case 'server-unknown':
      return stop(deps, errand, new Stopped('unknown-server', sentences.unknownServer, isDraft));
    case 'not-connected':
    case 'timeout':
      if (isDraft) return { kind: 'later', reason: error.text, isTerminal: true };
      return stop(
        deps,
        errand,
        new Stopped('offline', 'The broker cannot be reached; it is tried again by itself.', false),
      );
    default:
      return { kind: 'later', reason: error.text, isTerminal: true };
  }
}
