import { randomUUID } from 'node:crypto';
import type { Billing } from '../../billing/desk.js';
import type { Tx } from '../../data/database.js';
import { beyondPlan } from '../../data/plan-reading.js';
import { listAccounts } from '../../data/accounts.js';
import { heldBy, monthAround, newTradesIn, standingOf, type Standing } from '../../data/standing.js';
import { subscriptionOf, type SubscriptionRow } from '../../data/subscriptions.js';
import type { Held } from '../../domain/gates.js';
import { planNamed, rankOf, type Period, type Plan, type PlanTable } from '../../domain/plans.js';
import { graceEnd, isAlive } from '../../domain/subscription.js';
import { periodWords, moneyWords, pricesView, type PlanCard } from '../../web/plan-words.js';
import { count, when } from '../../web/words.js';

interface Seen {
  row: SubscriptionRow | undefined;
  standing: Standing;
  held: Held;
  trades: number;
  /** live accounts that are paused because the plan covers no more */
  beyond: number;
  now: Date;
  timeZone: string;
}

interface Notice {
  kind: 'info' | 'good' | 'warn' | 'bad';
  text: string;
}

const isOn = (row: SubscriptionRow | undefined): row is SubscriptionRow =>
  row !== undefined && row.state !== null && isAlive(row.state);

const stateBadges: Readonly<Record<string, { text: string; tone: string }>> = {
  trialing: { text: 'trial', tone: 'accent' },
  active: { text: 'active', tone: 'good' },
  past_due: { text: 'payment late', tone: 'bad' },
  unpaid: { text: 'unpaid', tone: 'bad' },
};

function pastDueNotice(table: PlanTable, { row, timeZone }: Seen): Notice | null {
  if (row?.state === 'unpaid')
    return {
      kind: 'bad',
      text: 'The last payment failed for good. Pay the open invoice under “Cards and invoices”.',
    };
  if (row?.state !== 'past_due') return null;
  const until = row.past_due_since === null ? null : when(graceEnd(table, row.past_due_since), timeZone);
  return {
    kind: 'bad',
    text: `The last payment failed. Everything stays open until ${until ?? 'the days of grace are over'}; renew the card under “Cards and invoices”.`,
  };
}

/** What there is to know before all else. */
function noticesOf(table: PlanTable, seen: Seen): Notice[] {
  const { row, standing, beyond, timeZone } = seen;
  const late = pastDueNotice(table, seen);
  const ends = isOn(row) ? when(row.cancel_at, timeZone) : null;
  const trial = isOn(row) && row.state === 'trialing' ? when(row.trial_end, timeZone) : null;
  return [
    ...(late === null ? [] : [late]),
    ...(ends === null
      ? []
      : [
          {
            kind: 'warn' as const,
            text: `It ends on ${ends}. All that is here stays; what is beyond ${table.plans[0].name} stops then.`,
          },
        ]),
    ...(trial === null || ends !== null
      ? []
      : [{ kind: 'info' as const, text: `A trial until ${trial}; the first payment follows then.` }]),
    ...(beyond === 0
      ? []
      : [
          {
            kind: 'warn' as const,
            text: `${count(beyond, 'live account')} ${beyond === 1 ? 'is' : 'are'} not read, because ${standing.plan.name} covers no more. Nothing of ${beyond === 1 ? 'it' : 'them'} is removed.`,
          },
        ]),
  ];
}

/** Price, period and next payment; none for who pays nothing. */
function factsOf(table: PlanTable, { row, standing, timeZone }: Seen): { label: string; text: string }[] {
  if (!isOn(row)) return [];
  const plan = planNamed(table, row.plan);
  const price =
    row.amount === null || row.currency === null
      ? '—'
      : `${moneyWords(Number(row.amount), row.currency)} ${row.period === null ? '' : periodWords[row.period]}`;
  return [
    { label: 'Plan', text: plan?.name ?? standing.plan.name },
    { label: 'Price', text: price },
    { label: 'Period', text: row.period === 'year' ? 'yearly' : 'monthly' },
    {
      label: row.cancel_at === null ? 'Next payment' : 'Ends',
      text: when(row.cancel_at ?? row.period_end, timeZone) ?? '—',
    },
  ];
}

function meter(label: string, used: number, most: number | null, note: string) {
  if (most === null) return { label, text: `${used}, of any number`, left: note, percent: null };
  if (most === 0 && used === 0) return { label, text: 'not part of this plan', left: '', percent: null };
  return {
    label,
    text: `${used} of ${most}`,
    left: `${Math.max(0, most - used)} left. ${note}`.trim(),
    percent: most === 0 ? 100 : Math.min(100, Math.round((100 * used) / most)),
  };
}

/** What is used of the plan in force, and what is left. */
function metersOf({ standing: { plan }, held, trades, now, timeZone }: Seen) {
  const { accounts, liveAccounts, tradesPerMonth } = plan.limits;
  const next = when(monthAround(now, timeZone).end, timeZone) ?? '';
  return [
    meter('Accounts', held.accounts, accounts, ''),
    meter('Of them read live', held.liveAccounts, liveAccounts, ''),
    meter(
      'New trades this month',
      trades,
      tradesPerMonth,
      tradesPerMonth === null ? '' : `Counted anew from ${next}.`,
    ),
  ];
}

interface Offer {
  period: Period;
  label: string;
  isCurrent: boolean;
}

/** How to come from the plan there is to each of the others. */
function choicesOf(table: PlanTable, { row }: Seen) {
  const current = isOn(row) ? row : null;
  const rank = rankOf(table, current?.plan ?? table.plans[0].key);
  const verb = (plan: PlanCard): string => {
    if (current === null) return 'Choose';
    return rankOf(table, plan.key) > rank ? 'Move up to' : 'Change to';
  };
  return pricesView(table).cards.map((card) => ({
    ...card,
    isCurrent: (current?.plan ?? table.plans[0].key) === card.key,
    offers: card.prices.map(({ period, text }): Offer => ({
      period,
      label: `${verb(card)} ${card.name} · ${text}`,
      isCurrent: current?.plan === card.key && current.period === period,
    })),
  }));
}

const planTitle = (plan: Plan, isLimited: boolean): string => (isLimited ? plan.name : 'Not limited');

/** Somebody's plan as its region shows it. */
export function planView({ plans: table, isRehearsal }: Billing, seen: Seen) {
  const { row, standing } = seen;
  const on = isOn(row);
  return {
    name: planTitle(standing.plan, standing.isLimited),
    isLimited: standing.isLimited,
    badge: row?.state === undefined || row.state === null ? null : (stateBadges[row.state] ?? null),
    notices: noticesOf(table, seen),
    facts: factsOf(table, seen),
    meters: standing.isLimited ? metersOf(seen) : [],
    choices: choicesOf(table, seen),
    action: on ? '/settings/plan/changes' : '/settings/plan/checkouts',
    canCancel: on && row.cancel_at === null,
    canResume: on && row.cancel_at !== null,
    canManage: row !== undefined,
    isRehearsal,
    formId: randomUUID(),
  };
}

export async function readPlan(
  tx: Tx,
  { plans }: Billing,
  { userId, now, timeZone }: { userId: string; now: Date; timeZone: string },
): Promise<Seen> {
  const accounts = await listAccounts(tx, userId);
  return {
    row: await subscriptionOf(tx, userId),
    standing: await standingOf(tx, { plans, userId, at: now }),
    held: await heldBy(tx, userId),
    trades: await newTradesIn(tx, userId, now, timeZone),
    beyond: accounts.filter(({ state, state_reason: why }) => state === 'paused' && why === beyondPlan)
      .length,
    now,
    timeZone,
  };
}
