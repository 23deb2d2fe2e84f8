import { sql, type ExpressionBuilder } from 'kysely';
import type { Tx } from '../../data/database.js';
import type { OwnedAccount } from '../../data/deals.js';
import type { Schema } from '../../data/schema.js';
import type { AccountState } from '../../data/schema-trading.js';
import { dealType } from '../../domain/deal.js';

const pausable: readonly AccountState[] = ['connecting', 'live', 'incomplete', 'offline'];

/** Stops the reading. False when the account is in no state that could be paused. */
export const pauseAccount = async (tx: Tx, { userId, accountId }: OwnedAccount): Promise<boolean> => {
  const done = await tx
    .updateTable('accounts')
    .set({ state: 'paused', state_reason: '' })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .where('type', '=', 'live')
    .where('state', 'in', [...pausable])
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

/** Lets the reading go on from where it stood. False when the account was not paused. */
export const resumeAccount = async (tx: Tx, { userId, accountId }: OwnedAccount): Promise<boolean> => {
  const done = await tx
    .updateTable('accounts')
    .set({
      state: sql<AccountState>`case when connected_at is null then 'connecting' else 'live' end`,
      state_reason: '',
    })
    .where('user_id', '=', userId)
    .where('id', '=', accountId)
    .where('state', '=', 'paused')
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

/** What is not a trade: operations on the balance, and deals without a position. */
const isCash = (eb: ExpressionBuilder<Schema, 'deals'>) =>
  eb.or([eb('type', 'not in', [dealType.buy, dealType.sell]), eb('position_id', '=', '0')]);

const net = sql<string>`profit + swap + commission + fee`;

/** A page of deals in the order they were done, all of them or the cash ledger's alone. */
export const dealsPage = (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { after, limit, only }: { after: readonly string[] | null; limit: number; only: 'all' | 'cash' },
) =>
  tx
    .selectFrom('deals')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .$if(only === 'cash', (query) => query.where(isCash))
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(server_ms, ticket) > (${after?.[0]}::bigint, ${after?.[1]}::bigint)`),
    )
    .select([
      'ticket',
      'order_ticket',
      'position_id',
      'server_ms',
      'done_at',
      'type',
      'entry',
      'reason',
      'magic',
      'symbol',
      'volume',
      'price',
      'profit',
      'swap',
      'commission',
      'fee',
      'comment',
      'is_listed',
      'source',
      net.as('net'),
    ])
    .orderBy('server_ms')
    .orderBy('ticket')
    .limit(limit)
    .execute();

export interface CashRow {
  ticket: string;
  done_at: Date;
  type: number;
  comment: string;
  /** false: a terminal told it once, and the broker lists it no more */
  is_listed: boolean;
  net: string;
  /** of the whole ledger, the same on every row */
  count: number;
  paid_in: string;
  paid_out: string;
  rest: string;
}

/** A page of the cash ledger, the newest first, with the sums of all of it on each row. */
export const cashPage = async (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
  { page, size }: { page: number; size: number },
): Promise<CashRow[]> => {
  const { rows } = await sql<CashRow>`
    select ticket, done_at, type, comment, is_listed or source <> 'live' as is_listed, net, count(*) over ()::int as count,
      coalesce(sum(net) filter (where type = ${dealType.balance} and net > 0) over (), 0) as paid_in,
      coalesce(sum(net) filter (where type = ${dealType.balance} and net < 0) over (), 0) as paid_out,
      coalesce(sum(net) filter (where type <> ${dealType.balance}) over (), 0) as rest
    from (
      select ticket, done_at, server_ms, type, comment, is_listed, source, ${net} as net
      from deals
      where user_id = ${userId} and account_id = ${accountId}
        and not (type in (${dealType.buy}, ${dealType.sell}) and position_id <> 0)
    ) cash
    order by server_ms desc, ticket desc
    limit ${size} offset ${(page - 1) * size}`.execute(tx);
  return rows;
};

/** How much goes with an account. */
export const holdingsOf = async (
  tx: Tx,
  { userId, accountId }: OwnedAccount,
): Promise<{ trades: number; deals: number }> => {
  const { rows } = await sql<{ trades: number; deals: number }>`
    select
      (select count(*)::int from trades where user_id = ${userId} and account_id = ${accountId}) as trades,
      (select count(*)::int from deals where user_id = ${userId} and account_id = ${accountId}) as deals
    `.execute(tx);
  return rows[0] ?? { trades: 0, deals: 0 };
};
