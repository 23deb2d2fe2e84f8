import { sql } from 'kysely';
import type { ManualTrade } from '../domain/manual-trade.js';
import { numbersOf } from '../domain/manual-deals.js';
import type { Tx } from './database.js';
import type { OwnedAccount } from './deals.js';
import { tradeId } from './trades.js';

/** What its owner said of a trade, and what was made of it, beside its deals. */
export interface Said {
  /** the price of the pair by which its result was turned into the account's money, as it was typed */
  rate: string | null;
  /** what was assumed to reckon the result; null: it is its owner's word, or there is none yet */
  estimate: string | null;
}

/** An account that takes trades by hand. */
export interface OpenAccount {
  id: string;
  label: string;
  type: 'manual' | 'report';
  /** null: nobody has said it */
  currency: string | null;
  digits: number;
}

/** A trade entered by hand, as it was entered. */
export interface ManualRecord {
  /** the batch that holds it */
  id: string;
  account: OpenAccount;
  trade: ManualTrade;
  said: Said;
}

interface Head {
  trade: Omit<ManualTrade, 'openedAt' | 'exit'> & {
    openedAt: string;
    exit: { at: string; price: string } | null;
  };
  said: Said;
}

const tradeIn = ({ trade }: Head): ManualTrade => ({
  ...trade,
  openedAt: new Date(trade.openedAt),
  exit: trade.exit === null ? null : { ...trade.exit, at: new Date(trade.exit.at) },
});

/** A trade as its owner entered it; undefined: it is of a broker or a report, or not this user's. */
export async function manualTrade(tx: Tx, userId: string, id: string): Promise<ManualRecord | undefined> {
  const { rows } = await sql<{ id: string; head: Head; account: OpenAccount }>`
    select i.id, i.head, json_build_object('id', a.id, 'label', a.label, 'type', a.type, 'currency', a.currency,
      'digits', coalesce(a.currency_digits, 2)) as account
    from trades t
    join import_deals d on d.user_id = t.user_id and d.ticket = t.first_ticket and d.position_id = t.position_id
    join imports i on i.user_id = d.user_id and i.id = d.import_id
    join accounts a on a.user_id = i.user_id and a.id = i.account_id
    where t.user_id = ${userId} and t.id = ${id} and t.first_ticket < 0
      and i.account_id = t.account_id and i.kind = 'manual' and i.state = 'saved'`.execute(tx);
  const row = rows[0];
  return row === undefined
    ? undefined
    : { id: row.id, account: row.account, trade: tradeIn(row.head), said: row.head.said };
}

/** Of these positions, the ones of trades entered by hand whose result is an estimate. */
export async function estimatedPositions(
  tx: Tx,
  userId: string,
  positions: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ position_id: string }>`
    select d.position_id
    from imports i join import_deals d on d.user_id = i.user_id and d.import_id = i.id
    where i.user_id = ${userId} and i.kind = 'manual' and i.state = 'saved' and i.head #>> '{said,estimate}' is not null
      and d.ticket < 0 and d.position_id = any(${[...positions]}::bigint[])`.execute(tx);
  return new Set(rows.map((row) => row.position_id));
}

/** The trade that a form has made; null: it has made none, or it is gone again. */
export async function savedByForm(tx: Tx, userId: string, formId: string): Promise<string | null> {
  const { rows } = await sql<{ account_id: string }>`
    select account_id from imports
    where user_id = ${userId} and id = ${formId} and kind = 'manual' and state = 'saved' and head ? 'trade'`.execute(
    tx,
  );
  const { position, entry } = numbersOf(formId);
  const accountId = rows[0]?.account_id;
  return accountId === undefined ? null : tradeId(accountId, { positionId: position, firstTicket: entry });
}

/** Takes the stops of a trade away: those that its batch no longer has are named by none of its rows. */
export const dropLevels = async (tx: Tx, { userId, accountId }: OwnedAccount, id: string): Promise<void> => {
  await tx
    .deleteFrom('orders')
    .where('user_id', '=', userId)
    .where('account_id', '=', accountId)
    .where('ticket', '=', numbersOf(id).entry)
    .where('source', '=', 'manual')
    .execute();
};
