import type { Tx } from '../data/database.js';
import { analyticsObstacle, importObstacle, type Wish } from '../data/plan-gates.js';
import { heldBy, newTradesIn, standingOf } from '../data/standing.js';
import {
  accountGate,
  analyticsGate,
  planThrough,
  tradeGate,
  tradesLeft,
  type Refusal,
} from '../domain/gates.js';
import type { Plan, PlanTable } from '../domain/plans.js';
import { Fault } from '../lib/fault.js';
import { count } from './words.js';

/** What a page says of the plan in force: what is left, or why something is closed and what opens it. */
export interface PlanNote {
  kind: 'info' | 'warn';
  text: string;
  action: { label: string; href: string };
}

const action = { label: 'See the plans', href: '/settings/plan' };

/** A refusal as a page says it. */
export const closedNote = (sentence: string, opens?: Plan): PlanNote => ({
  kind: 'warn',
  text: opens === undefined ? sentence : `${sentence} ${opens.name} opens it.`,
  action,
});

/** The sentence of whatever a plan refused; null: it was something else. */
export const planRefusal = (error: unknown): string | null =>
  error instanceof Fault && error.status === 402 && error.code.startsWith('plan_') ? error.message : null;

const noteOf = (
  plans: PlanTable,
  gate: (plan: Plan) => Refusal | null,
  plan: Plan,
  left: string | null,
): PlanNote | null => {
  const refusal = gate(plan);
  if (refusal !== null) return closedNote(refusal.sentence, planThrough(plans, gate));
  return left === null ? null : { kind: 'info', text: left, action };
};

/** Above the form of a trade: how many more may be entered this month. Null where that is any number. */
export async function tradeNote(tx: Tx, { plans, userId, at }: Wish): Promise<PlanNote | null> {
  if (plans === null) return null;
  const { plan, timeZone } = await standingOf(tx, { plans, userId, at });
  if (plan.limits.tradesPerMonth === null) return null;
  const used = await newTradesIn(tx, userId, at, timeZone);
  const left = `${count(tradesLeft(plan, used) ?? 0, 'new trade')} of ${plan.limits.tradesPerMonth} left this month.`;
  return noteOf(plans, (one) => tradeGate(one, used), plan, left);
}

/** Above the form of an account: whether one more may be added. */
export async function accountNote(
  tx: Tx,
  { plans, userId, at }: Wish,
  isLive: boolean,
): Promise<PlanNote | null> {
  if (plans === null) return null;
  const { plan } = await standingOf(tx, { plans, userId, at });
  const held = await heldBy(tx, userId);
  const most = isLive ? plan.limits.liveAccounts : plan.limits.accounts;
  const has = isLive ? held.liveAccounts : held.accounts;
  const left =
    most === null
      ? null
      : `${plan.name}: ${count(has, isLive ? 'live account' : 'account')} of ${most} used.`;
  return noteOf(plans, (one) => accountGate(one, held, isLive), plan, left);
}

/** Beside a file that was read: why it cannot be saved there. */
export async function importNote(
  tx: Tx,
  wish: Wish,
  to: { importId: string; accountId: string | null },
): Promise<PlanNote | null> {
  const refusal = await importObstacle(tx, wish, to);
  return refusal === null ? null : closedNote(refusal.sentence);
}

/** In the place of figures that a plan does not show; null: it shows them. */
export async function analyticsNote(tx: Tx, wish: Wish): Promise<PlanNote | null> {
  const refusal = await analyticsObstacle(tx, wish);
  if (refusal === null || wish.plans === null) return null;
  return closedNote(refusal.sentence, planThrough(wish.plans, analyticsGate));
}
