import { oneAhead } from '../data/batch.js';
import {
  addFirstDeals,
  addFirstOrders,
  outlineOfFirst,
  readFirstDeals,
  type FirstBatch,
} from '../data/first-batch.js';
import type { Tx } from '../data/database.js';
import { followTrades, hasEntries } from '../data/journal-follow.js';
import { sessionWindows } from '../data/session-windows.js';
import { tradesAdded } from '../data/trades.js';
import { clockStretches } from '../domain/clock-stretches.js';
import type { Deal, Order } from '../domain/deal.js';
import { tradesOf } from '../domain/trade.js';
import { toStore, type Ground } from './rebuild.js';

interface Told {
  deals: Deal[];
  orders: Map<string, Order>;
}

/** Cuts deals that come position after position where a position ends: the last one may go on. */
function wholePositions(): (told: Told & { isLast: boolean }) => Told {
  let kept: Told = { deals: [], orders: new Map() };
  return ({ deals: more, orders: others, isLast }) => {
    const deals = kept.deals.concat(more);
    const orders = new Map([...kept.orders, ...others]);
    const last = deals.at(-1)?.positionId;
    const end = isLast ? deals.length : deals.findLastIndex(({ positionId }) => positionId !== last) + 1;
    const rest = deals.splice(end);
    const theirs = rest.flatMap(({ order }) => orders.get(order) ?? []);
    kept = { deals: rest, orders: new Map(theirs.map((order) => [order.ticket, order])) };
    return { deals, orders };
  };
}

async function addTrades(tx: Tx, batch: FirstBatch, ground: Ground): Promise<void> {
  const { digits } = ground;
  const follows = await hasEntries(tx, batch);
  const windows = await sessionWindows(tx, batch.userId);
  const { next } = await readFirstDeals(tx, batch, digits);
  const whole = wholePositions();
  await oneAhead(async (begin) => {
    for (let isLast = false; !isLast;) {
      const told = await next();
      ({ isLast } = told);
      const { deals, orders } = whole(told);
      const add = tradesAdded(batch, {
        trades: tradesOf(deals, orders).map((trade) => toStore(trade, ground)),
        ...{ digits, windows },
      });
      await begin(async () => {
        await add(tx);
        if (follows) await followTrades(tx, batch, new Set(deals.map(({ positionId }) => positionId)));
      });
    }
  });
}

/**
 * Lets the first batch of an account count. False, and nothing is done, where the account holds something already, or
 * the batch tells what only a comparison can settle: see `settlePositions`, which comes to the same.
 */
export async function settleFirst(tx: Tx, batch: FirstBatch, ground: Ground): Promise<boolean> {
  const outline = await outlineOfFirst(tx, batch);
  const stretches = outline === null ? null : clockStretches(ground.rule, outline.firstMs, outline.lastMs);
  if (stretches === null) return false;
  await addFirstOrders(tx, batch);
  await addFirstDeals(tx, batch, { digits: ground.digits, stretches });
  await addTrades(tx, batch, ground);
  return true;
}
