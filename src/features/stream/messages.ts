import { z } from 'zod';
import { listAccounts, type AccountRow } from '../../data/accounts.js';
import { listPositions, type PositionRow } from '../../data/positions.js';
import { listReconciliations, type ReconciliationRow } from '../../data/reconciliations.js';
import { tradesById, type TradeRow } from '../../data/trade-rows.js';
import type { FeedEvent } from '../../sync/feed.js';
import type { MarketState, Sync } from '../../sync/sync.js';
import { accountJson, accountShape, positionJson, positionShape } from '../../web/account-json.js';
import type { Kit } from '../../web/kit.js';
import { tradeJson, tradeShape } from '../../web/trade-json.js';

/** What the stream says, in the shapes of the API. */

const heldPosition = positionShape.extend({ accountId: z.uuid() });
const marketShape = z.object({ isOpen: z.boolean(), opensAt: z.iso.datetime().nullable() });
const balanceShape = accountShape.pick({
  balance: true,
  equity: true,
  floating: true,
  margin: true,
  freeMargin: true,
  marginLevel: true,
  currency: true,
});
const statusShape = accountShape.pick({
  state: true,
  stateReason: true,
  ageSeconds: true,
  reconciliation: true,
});

const frame = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({ seq: z.int(), type: z.literal(type), at: z.iso.datetime(), data });
const ofAccount = { accountId: z.uuid() };

export const messageShape = z.discriminatedUnion('type', [
  frame(
    'SNAPSHOT',
    z.object({ accounts: z.array(accountShape), positions: z.array(heldPosition), market: marketShape }),
  ),
  frame('POSITION_UPDATE', z.object({ positions: z.array(heldPosition) })).extend(ofAccount),
  frame('BALANCE_UPDATE', balanceShape).extend(ofAccount),
  frame('NEW_TRADE', tradeShape).extend(ofAccount),
  frame('SYNC_STATUS', statusShape).extend(ofAccount),
  frame('CANDLE_UPDATE', z.object({ names: z.array(z.string()) })),
  frame('MARKET_STATE', marketShape),
]);

type WithoutSeq<M> = M extends unknown ? Omit<M, 'seq'> : never;
/** A message that has no number yet: each stream counts for itself. */
export type Message = WithoutSeq<z.infer<typeof messageShape>>;

export interface Reader {
  /** How things are, with the ids of all accounts there are. */
  snapshot(userId: string): Promise<{ message: Message; accounts: string[] }>;
  /** What became of some events, with the same. */
  changes(userId: string, events: readonly FeedEvent[]): Promise<{ messages: Message[]; accounts: string[] }>;
}

const marketJson = ({ isOpen, opensAt }: MarketState) => ({
  isOpen,
  opensAt: opensAt?.toISOString() ?? null,
});
const held = (row: PositionRow) => ({ accountId: row.account_id, ...positionJson(row) });

/** Reads everything of one message, or of some events that came together, in one transaction. */
export function messageReader({ db, clock }: Pick<Kit, 'db' | 'clock'>, sync: Sync): Reader {
  const snapshot: Reader['snapshot'] = (userId) =>
    db.withTenant('app', userId, async (tx) => {
      const [accounts, reconciliations, positions] = await Promise.all([
        listAccounts(tx, userId),
        listReconciliations(tx, userId),
        listPositions(tx, userId),
      ]);
      const now = clock.now();
      const data = {
        accounts: accounts.map((one) => accountJson(one, reconciliations.get(one.id), sync, now)),
        positions: positions.map(held),
        market: marketJson(sync.market()),
      };
      const message = { type: 'SNAPSHOT' as const, at: now.toISOString(), data };
      return { message, accounts: accounts.map(({ id }) => id) };
    });

  const changes: Reader['changes'] = (userId, events) =>
    db.withTenant('app', userId, async (tx) => {
      const has = (type: FeedEvent['type']): boolean => events.some((event) => event.type === type);
      const tradeIds = events.flatMap((event) => (event.type === 'NEW_TRADE' ? event.tradeId : []));
      const [accounts, positions, reconciliations, trades] = await Promise.all([
        listAccounts(tx, userId),
        has('POSITION_UPDATE') ? listPositions(tx, userId) : [],
        has('SYNC_STATUS') ? listReconciliations(tx, userId) : new Map<string, ReconciliationRow>(),
        tradeIds.length > 0 ? tradesById(tx, userId, tradeIds) : [],
      ]);
      const facts: Facts = { accounts, positions, reconciliations, trades };
      const messages = messagesOf(facts, events, { sync, now: clock.now() });
      return { messages, accounts: accounts.map(({ id }) => id) };
    });
  return { snapshot, changes };
}

interface Facts {
  accounts: AccountRow[];
  positions: PositionRow[];
  reconciliations: ReadonlyMap<string, ReconciliationRow>;
  trades: TradeRow[];
}

function messagesOf(
  { accounts, positions, reconciliations, trades }: Facts,
  events: readonly FeedEvent[],
  { sync, now }: { sync: Sync; now: Date },
): Message[] {
  const at = now.toISOString();
  const about = (type: FeedEvent['type']): AccountRow[] => concerned(accounts, events, type);
  const json = (one: AccountRow) => accountJson(one, reconciliations.get(one.id), sync, now);
  const names = new Set(events.flatMap((event) => (event.type === 'CANDLE_UPDATE' ? event.names : [])));
  const hasMarket = events.some(({ type }) => type === 'MARKET_STATE');
  return [
    ...about('BALANCE_UPDATE').map((one) => ({
      ...{ type: 'BALANCE_UPDATE' as const, at, accountId: one.id },
      data: balanceShape.parse(json(one)),
    })),
    ...about('POSITION_UPDATE').map(({ id }) => ({
      ...{ type: 'POSITION_UPDATE' as const, at, accountId: id },
      data: { positions: positions.filter((row) => row.account_id === id).map(held) },
    })),
    ...trades.map((row) => ({
      ...{ type: 'NEW_TRADE' as const, at, accountId: row.account_id },
      data: tradeJson(row),
    })),
    ...about('SYNC_STATUS').map((one) => ({
      ...{ type: 'SYNC_STATUS' as const, at, accountId: one.id },
      data: statusShape.parse(json(one)),
    })),
    ...(names.size > 0 ? [{ type: 'CANDLE_UPDATE' as const, at, data: { names: [...names].sort() } }] : []),
    ...(hasMarket ? [{ type: 'MARKET_STATE' as const, at, data: marketJson(sync.market()) }] : []),
  ];
}

/** Each account that an event of this type is about, once; one about no account is about all of them. */
const concerned = (
  accounts: readonly AccountRow[],
  events: readonly FeedEvent[],
  type: FeedEvent['type'],
): AccountRow[] =>
  accounts.filter(({ id }) =>
    events.some((event) => event.type === type && (event.accountId === null || event.accountId === id)),
  );
