import { dayMs } from '../lib/clock.js';
import type { Plan, PlanTable } from './plans.js';

/** Why a plan does not allow something: a word for programs, a sentence for people. */
export interface Refusal {
  code: 'plan_accounts' | 'plan_live_accounts' | 'plan_trades' | 'plan_history' | 'plan_analytics';
  sentence: string;
}

/** What somebody has: accounts of every kind, and those of them that are live. */
export interface Held {
  accounts: number;
  liveAccounts: number;
}

const several = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Whether one more account may be read from a broker, beside those that are. */
export function liveGate({ name, limits: { liveAccounts } }: Plan, live: number): Refusal | null {
  if (liveAccounts === null || live < liveAccounts) return null;
  const sentence =
    liveAccounts === 0
      ? `Reading an account from its broker is not part of ${name}.`
      : `${name} reads ${several(liveAccounts, 'account')} from brokers, and you have ${live}.`;
  return { code: 'plan_live_accounts', sentence };
}

/** Whether one more account may be added. */
export function accountGate(plan: Plan, held: Held, isLive: boolean): Refusal | null {
  const live = isLive ? liveGate(plan, held.liveAccounts) : null;
  const { accounts } = plan.limits;
  if (live !== null || accounts === null || held.accounts < accounts) return live;
  return {
    code: 'plan_accounts',
    sentence: `${plan.name} holds ${several(accounts, 'account')}, and you have ${held.accounts}.`,
  };
}

/** How many new trades fit into the rest of the month; null: any number. */
export const tradesLeft = ({ limits: { tradesPerMonth } }: Plan, used: number): number | null =>
  tradesPerMonth === null ? null : Math.max(0, tradesPerMonth - used);

/** Whether one more trade may be entered this month, after `used` new ones. */
export function tradeGate(plan: Plan, used: number): Refusal | null {
  if (tradesLeft(plan, used) !== 0) return null;
  const { name, limits } = plan;
  return {
    code: 'plan_trades',
    sentence: `${name} takes ${several(limits.tradesPerMonth ?? 0, 'new trade')} a month, and none is left until the next one begins.`,
  };
}

/** Whether a file with so many new trades may be saved: whole, or not at all. */
export function importGate(plan: Plan, used: number, wanted: number): Refusal | null {
  const left = tradesLeft(plan, used);
  if (left === null || wanted <= left) return null;
  const { name, limits } = plan;
  return {
    code: 'plan_trades',
    sentence: `This file has ${several(wanted, 'new trade')}, and ${left} more ${left === 1 ? 'fits' : 'fit'} into this month: ${name} takes ${limits.tradesPerMonth ?? 0}, and ${used} ${used === 1 ? 'is' : 'are'} used. Nothing of it is saved, and this preview is kept.`,
  };
}

/** Whether a trade that was opened then is not too old. */
export function historyGate({ name, limits }: Plan, openedMs: number | null, nowMs: number): Refusal | null {
  const { historyDays } = limits;
  if (historyDays === null || openedMs === null || openedMs >= nowMs - historyDays * dayMs) return null;
  return {
    code: 'plan_history',
    sentence: `${name} takes trades of the last ${several(historyDays, 'day')}, and the first one here is older.`,
  };
}

/** Whether figures beyond the summary and the calendar are shown. */
export const analyticsGate = ({ name, limits }: Plan): Refusal | null =>
  limits.analytics === 'everything'
    ? null
    : { code: 'plan_analytics', sentence: `${name} has the summary and the calendar; this is beyond them.` };

/** The least plan that lets somebody through a gate; undefined: none does. */
export const planThrough = ({ plans }: PlanTable, gate: (plan: Plan) => Refusal | null): Plan | undefined =>
  plans.find((plan) => gate(plan) === null);
