import { sql } from 'kysely';
import type { Held } from '../domain/gates.js';
import { unlimited, type Plan, type PlanTable } from '../domain/plans.js';
import { planInForce } from '../domain/subscription.js';
import { dayOf, startOfDay } from '../lib/day.js';
import { addMonths, firstDay, monthOf } from '../lib/month.js';
import type { Tx } from './database.js';
import type { Role } from './schema.js';
import { subscribedIn, type SubscriptionRow } from './subscriptions.js';

/** Who is asked about, by which table, and when. */
export interface Asked {
  plans: PlanTable;
  userId: string;
  at: Date;
}

/** What somebody may do now. */
export interface Standing {
  plan: Plan;
  /** false: an administrator, or the invented trader of a trial */
  isLimited: boolean;
  timeZone: string;
}

type Row = Pick<SubscriptionRow, 'plan' | 'state' | 'period_end' | 'cancel_at' | 'past_due_since'> & {
  role: Role;
  is_demo: boolean;
  time_zone: string;
};

/** The plan in force for somebody; for who is gone meanwhile, that of everybody. */
export async function standingOf(tx: Tx, { plans, userId, at }: Asked): Promise<Standing> {
  const { rows } = await sql<Row>`
    select u.role, u.is_demo, u.time_zone, s.plan, s.state, s.period_end, s.cancel_at, s.past_due_since
    from users u left join subscriptions s on s.user_id = u.user_id
    where u.user_id = ${userId}`.execute(tx);
  const [row] = rows;
  if (row === undefined) return { plan: plans.plans[0], isLimited: true, timeZone: 'UTC' };
  const isLimited = row.role !== 'admin' && !row.is_demo;
  const plan = isLimited ? planInForce(plans, subscribedIn(row), at) : unlimited;
  return { plan, isLimited, timeZone: row.time_zone };
}

/** From now on nobody else of this user's takes what is left, until the transaction ends. */
export const takeTurn = async (tx: Tx, userId: string): Promise<void> => {
  await tx.selectFrom('users').where('user_id', '=', userId).select('user_id').forNoKeyUpdate().execute();
};

/** What a user has; without one account, where something is asked about that one itself. */
export async function heldBy(tx: Tx, userId: string, without: string | null = null): Promise<Held> {
  const { rows } = await sql<{ accounts: number; live: number }>`
    select count(*)::int as accounts, (count(*) filter (where type = 'live'))::int as live
    from accounts where user_id = ${userId} and id is distinct from ${without}::uuid`.execute(tx);
  const { accounts, live } = rows[0] ?? { accounts: 0, live: 0 };
  return { accounts, liveAccounts: live };
}

/** Live accounts that are not paused, but for one of them. */
export async function readBeside(tx: Tx, userId: string, without: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from accounts
    where user_id = ${userId} and id <> ${without} and type = 'live' and state <> 'paused'`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** The month of a moment where the user lives: its first instant, and that of the next one. */
export function monthAround(at: Date, timeZone: string): { start: Date; end: Date } {
  const month = monthOf(dayOf(at, timeZone));
  const begin = (of: string): Date => startOfDay(firstDay(of), timeZone);
  return { start: begin(month), end: begin(addMonths(month, 1)) };
}

/** Trades that were new in the month of that moment, and are still there. */
export async function newTradesIn(tx: Tx, userId: string, at: Date, timeZone: string): Promise<number> {
  const { start, end } = monthAround(at, timeZone);
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(new_trades), 0)::int as n from imports
    where user_id = ${userId} and counted_at >= ${start} and counted_at < ${end} and state = 'saved'`.execute(
    tx,
  );
  return rows[0]?.n ?? 0;
}

/** Notes how many new trades came with a batch. What is changed later stays counted where it was. */
export const countNewTrades = async (
  tx: Tx,
  { userId, importId }: { userId: string; importId: string },
  { trades, at }: { trades: number; at: Date },
): Promise<void> => {
  await tx
    .updateTable('imports')
    .set({ new_trades: trades, counted_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .where('counted_at', 'is', null)
    .execute();
};

/**
 * What a batch that is taken back has counted goes over to another one of the account that tells its trades too, as far
 * as they are still there: they are in the month as before. To be called once they were settled without it.
 */
export async function passCountOn(
  tx: Tx,
  { userId, accountId, importId }: { userId: string; accountId: string; importId: string },
): Promise<void> {
  const own = await tx
    .selectFrom('imports')
    .where('user_id', '=', userId)
    .where('id', '=', importId)
    .select(['new_trades', 'counted_at'])
    .executeTakeFirst();
  if (own === undefined || own.new_trades === 0) return;
  const told = sql`array(select distinct position_id from import_deals
    where user_id = ${userId} and import_id = ${importId} and position_id <> 0)`;
  await sql`
    with heir as (
      select i.id, (select count(*) from trades t
        where t.user_id = ${userId} and t.account_id = ${accountId} and t.position_id = any(${told})) as trades
      from imports i join import_deals d on d.user_id = i.user_id and d.import_id = i.id
      where i.user_id = ${userId} and i.account_id = ${accountId} and i.id <> ${importId} and i.state = 'saved'
        and d.position_id = any(${told})
      group by i.id order by count(*) desc, i.id limit 1)
    update imports i set new_trades = i.new_trades + least(${own.new_trades}::int, heir.trades),
      counted_at = case when i.new_trades = 0 then ${own.counted_at} else i.counted_at end
    from heir where i.user_id = ${userId} and i.id = heir.id`.execute(tx);
}
