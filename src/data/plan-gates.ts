import {
  accountGate,
  analyticsGate,
  historyGate,
  importGate,
  liveGate,
  tradeGate,
  type Refusal,
} from '../domain/gates.js';
import type { PlanTable } from '../domain/plans.js';
import { Fault } from '../lib/fault.js';
import type { Tx } from './database.js';
import { newTrades } from './new-trades.js';
import {
  countNewTrades,
  heldBy,
  newTradesIn,
  readBeside,
  standingOf,
  takeTurn,
  type Asked,
} from './standing.js';

/** Who wants something; without a table of plans nobody is limited, and nothing is counted. */
export interface Wish {
  plans: PlanTable | null;
  userId: string;
  at: Date;
}

const isAsked = (wish: Wish): wish is Asked => wish.plans !== null;

export const refused = ({ code, sentence }: Refusal): Fault => new Fault(402, code, sentence);

/** Throws a Fault 402 where there is a reason. */
function admit(refusal: Refusal | null): void {
  if (refusal !== null) throw refused(refusal);
}

/** Stands before every account that is added. Of two at once one is too late. Throws a Fault 402. */
export async function admitAccount(tx: Tx, wish: Wish, isLive: boolean): Promise<void> {
  if (!isAsked(wish)) return;
  await takeTurn(tx, wish.userId);
  const { plan } = await standingOf(tx, wish);
  admit(accountGate(plan, await heldBy(tx, wish.userId), isLive));
}

/** Stands before an account of reports that is to be read from its broker. Throws a Fault 402. */
export async function admitLive(tx: Tx, wish: Wish, accountId: string): Promise<void> {
  if (!isAsked(wish)) return;
  await takeTurn(tx, wish.userId);
  const { plan } = await standingOf(tx, wish);
  admit(liveGate(plan, (await heldBy(tx, wish.userId, accountId)).liveAccounts));
}

/** Stands before a live account that is to be read again. Others that are paused leave their place to it. */
export async function admitReading(tx: Tx, wish: Wish, accountId: string): Promise<void> {
  if (!isAsked(wish)) return;
  await takeTurn(tx, wish.userId);
  const { plan } = await standingOf(tx, wish);
  admit(liveGate(plan, await readBeside(tx, wish.userId, accountId)));
}

/** Stands before a trade that is entered by hand. Throws a Fault 402. */
export async function admitTrade(tx: Tx, wish: Wish, openedAt: Date): Promise<void> {
  if (!isAsked(wish)) return;
  await takeTurn(tx, wish.userId);
  const { plan, timeZone } = await standingOf(tx, wish);
  admit(historyGate(plan, openedAt.getTime(), wish.at.getTime()));
  admit(tradeGate(plan, await newTradesIn(tx, wish.userId, wish.at, timeZone)));
}

/** Stands before a trade whose opening is changed: none is moved to where the plan takes none. Throws a Fault 402. */
export async function admitMove(
  tx: Tx,
  wish: Wish,
  { from, to }: Record<'from' | 'to', Date>,
): Promise<void> {
  if (!isAsked(wish) || to >= from) return;
  admit(historyGate((await standingOf(tx, wish)).plan, to.getTime(), wish.at.getTime()));
}

/** Counts a trade that was entered by hand. */
export const countTrade = async (tx: Tx, wish: Wish, importId: string): Promise<void> => {
  if (isAsked(wish)) await countNewTrades(tx, { userId: wish.userId, importId }, { trades: 1, at: wish.at });
};

/** Why a file may not be saved into an account, or a new one (null); null: it may. */
async function importRefusal(
  tx: Tx,
  asked: Asked,
  { importId, accountId }: { importId: string; accountId: string | null },
): Promise<{ refusal: Refusal | null; trades: number }> {
  const { userId, at } = asked;
  const { plan, timeZone } = await standingOf(tx, asked);
  const { trades, firstMs } = await newTrades(tx, { userId, importId }, accountId);
  const history = historyGate(plan, trades === 0 ? null : firstMs, at.getTime());
  const refusal = history ?? importGate(plan, await newTradesIn(tx, userId, at, timeZone), trades);
  return { refusal, trades };
}

/** Stands before a file that is saved, and counts its trades: whole or not at all. Throws a Fault 402. */
export async function admitImport(
  tx: Tx,
  wish: Wish,
  to: { importId: string; accountId: string | null },
): Promise<void> {
  if (!isAsked(wish)) return;
  await takeTurn(tx, wish.userId);
  const { refusal, trades } = await importRefusal(tx, wish, to);
  admit(refusal);
  await countNewTrades(tx, { userId: wish.userId, importId: to.importId }, { trades, at: wish.at });
}

/** What would be said to whoever saves a file into that account, or a new one (null); null: nothing is in the way. */
export async function importObstacle(
  tx: Tx,
  wish: Wish,
  to: { importId: string; accountId: string | null },
): Promise<Refusal | null> {
  if (!isAsked(wish)) return null;
  const { refusal } = await importRefusal(tx, wish, to);
  if (refusal !== null || to.accountId !== null) return refusal;
  const { plan } = await standingOf(tx, wish);
  return accountGate(plan, await heldBy(tx, wish.userId), false);
}

/** Why figures beyond the summary and the calendar are not shown; null: they are. */
export async function analyticsObstacle(tx: Tx, wish: Wish): Promise<Refusal | null> {
  return isAsked(wish) ? analyticsGate((await standingOf(tx, wish)).plan) : null;
}
