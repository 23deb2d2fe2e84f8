import { forgetUnknownServer } from '../data/servers.js';
import { toServer } from '../domain/server-clock.js';
import { dayMs } from '../lib/clock.js';
import { TerminalError } from '../terminals/call.js';
import type { AccountInfo, HistoryDeal, HistoryOrder, Part } from '../terminals/protocol.js';
import { readClock } from './clock-reading.js';
import type { FeedEvent } from './feed.js';
import { Folded } from './folded.js';
import { ingestHistory, ingestSnapshot, type Ingested } from './ingest.js';
import type { Live } from './login.js';
import type { Ground } from './rebuild.js';
import type { Errand, VisitDeps } from './visit.js';

/** The history is read again for so long before the cursor: deals may come late, and change. */
const overlapMs = 7 * dayMs;
/** Server clocks run ahead of UTC by up to a day. */
const aheadMs = 2 * dayMs;

interface Scene {
  deps: VisitDeps;
  errand: Errand;
  account: Live;
}

/** A reading of another account than the one asked for is worse than none. */
function mustBe(account: Live, info: AccountInfo): void {
  if (info.login !== account.login)
    throw new TerminalError('internal', `The terminal showed account ${info.login}, not ${account.login}.`);
}

const symbolsIn = (rows: readonly { symbol: string }[]): Set<string> =>
  new Set(rows.map((row) => row.symbol).filter((symbol) => symbol !== ''));

async function groundOf(
  { deps, errand, account }: Scene,
  used: ReadonlySet<string>,
  digits: number,
): Promise<Ground> {
  const { server } = account;
  const ask = (names: string[]): Promise<Part<'symbols'>> => errand.slot.call('symbols', { names });
  const symbols = await deps.symbols.of(server, used, ask);
  return { digits, rule: await deps.clocks.ruleOf(server), symbols };
}

/** Reads the logged-in account and writes what it found; what is to be told of it. */
export async function read(deps: VisitDeps, errand: Errand, account: Live): Promise<FeedEvent[]> {
  const scene = { deps, errand, account };
  const { accountId } = errand;
  const snapshot = await errand.slot.call('snapshot', {});
  mustBe(account, snapshot.account);
  const ground = await groundOf(scene, symbolsIn(snapshot.positions), snapshot.account.currency_digits);
  const sealed = account.sealed_password;
  const reading = await ingestSnapshot(deps.db, errand, snapshot, { ground, sealed, at: deps.clock.now() });
  const events: FeedEvent[] = [
    { type: 'BALANCE_UPDATE', accountId, reading },
    { type: 'POSITION_UPDATE', accountId, reading },
  ];
  // An account that is back says so with its first reading, and what it missed comes with it.
  if (!errand.withHistory && account.state !== 'offline') return events;
  const { closed, changed, isWhole } = await readHistory(scene, snapshot);
  const isFirst = account.connected_at === null;
  if (isFirst)
    await deps.db.withTenant('sync', errand.userId, (tx) => forgetUnknownServer(tx, account.server));
  if (!isFirst) for (const tradeId of closed) events.push({ type: 'NEW_TRADE', accountId, tradeId });
  if (changed > 0 || isFirst || account.state !== (isWhole ? 'live' : 'incomplete'))
    events.push({ type: 'SYNC_STATUS', accountId });
  return events;
}

async function readHistory(scene: Scene, snapshot: Part<'snapshot'>): Promise<Ingested> {
  const { deps, errand, account } = scene;
  const { slot, accountId } = errand;
  const isWhole = errand.isWhole || account.connected_at === null || account.state === 'incomplete';
  const rule = await deps.clocks.ruleOf(account.server);
  const range = {
    fromServerMs: isWhole ? 0 : Math.max(0, Number(account.cursor_ms) - overlapMs),
    toServerMs: toServer(rule, deps.clock.now().getTime()) + aheadMs,
  };
  const [deals, orders] = [new Folded<HistoryDeal>(), new Folded<HistoryOrder>()];
  /** the latest stand last */
  const symbols = new Set<string>();
  const last = await slot.call('history', range, {
    onPart: (part) => {
      deals.add(part.deals);
      orders.add(part.orders);
      for (const symbol of symbolsIn(part.deals)) {
        symbols.delete(symbol);
        symbols.add(symbol);
      }
    },
    onProgress: (done, total) => deps.onProgress(accountId, { step: 'history', done, total }),
  });
  mustBe(account, last.account);
  await readClock(scene, [...symbolsIn(snapshot.positions), ...[...symbols].reverse()]);
  deps.onProgress(accountId, { step: 'reconciling', done: null, total: null });
  const ground = await groundOf(scene, symbols, last.account.currency_digits);
  const complete = last.complete && deals.length === last.dealsTotal;
  return ingestHistory(
    deps.db,
    errand,
    { deals, orders, complete, account: last.account, ...range },
    { ground, at: deps.clock.now(), derivedBy: account.clock_rule, sealed: account.sealed_password },
  );
}
