import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listAccounts } from '../../data/accounts.js';
import { expertRules } from '../../data/experts.js';
import { heldRanges } from '../../data/held-ranges.js';
import { manualTrade } from '../../data/manual-trades.js';
import { listPositions } from '../../data/positions.js';
import { sessionWindows } from '../../data/session-windows.js';
import type { Tx } from '../../data/database.js';
import { excursionOf } from '../../domain/excursion.js';
import { byHand, expertOf } from '../../domain/expert.js';
import type { ManualTrade } from '../../domain/manual-trade.js';
import { notFound } from '../../lib/fault.js';
import { digitsOf } from '../../web/figures.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { readTradeFilter, readTradeSort, tradeQuery } from '../../web/trade-filter.js';
import { journalView, type RefusedEntry } from './journal-view.js';
import { openView } from './open-view.js';
import { fillRows, tradesBeside, wholeTrade, type WholeTrade } from './trade-queries.js';
import { tradeView } from './trade-view.js';

type Query = Readonly<Record<string, unknown>>;
type Asking = { Params: { id: string }; Querystring: Record<string, unknown> };

const pageGiven = (given: unknown): number =>
  typeof given === 'string' && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 1;

const priceDigits = ({ openPrice, exit, stopLoss, takeProfit }: ManualTrade): number =>
  Math.max(
    ...[openPrice, exit?.price, stopLoss, takeProfit].map((price) => price?.split('.')[1]?.length ?? 0),
  );

/** The id of an address. Throws a Fault 404 for what is none. */
export function tradeIdIn(text: string): string {
  const id = idField.safeParse(text);
  if (!id.success) throw notFound();
  return id.data;
}

interface Asked {
  visitor: Visitor;
  id: string;
  /** of the list one came from */
  query: Query;
  refused: RefusedEntry | null;
  now: Date;
}

function spotOf({ visitor, query, now }: Asked) {
  const { filter, values } = readTradeFilter(query, visitor.timeZone, now);
  const { sort } = readTradeSort(query);
  return { filter, spot: { values, sort, page: pageGiven(query['page']) } };
}

/** What the position of an open trade is worth; null where none is held at a broker. */
async function openNow(tx: Tx, userId: string, trade: WholeTrade, now: Date) {
  if (trade.closed_at !== null || trade.server === null) return null;
  const picture = { accounts: await listAccounts(tx, userId), positions: await listPositions(tx, userId) };
  return openView({ ...trade, is_closed: false }, picture, now);
}

async function foundOf(tx: Tx, asked: Asked) {
  const { visitor, id, refused, now } = asked;
  const { userId, timeZone } = visitor;
  const { filter, spot } = spotOf(asked);
  const { sort } = spot;
  const trade = await wholeTrade(tx, userId, id, sort);
  if (trade === undefined) throw notFound();
  const place = { value: trade.place, id: trade.id };
  // Tickets below zero are of no broker.
  const isMadeHere = trade.deal_tickets.some((ticket) => ticket.startsWith('-'));
  const query = tradeQuery(spot.values, sort, spot.page);
  const expert = expertOf(trade, await expertRules(tx, userId));
  const [held] = await heldRanges(tx, { userId, ids: [trade.id], digits: digitsOf(trade) });
  return {
    trade,
    spot,
    expert: expert === byHand ? null : expert,
    windows: await sessionWindows(tx, userId),
    excursion: held === undefined ? ('missing' as const) : excursionOf(held.trade, held.range),
    manual: isMadeHere ? ((await manualTrade(tx, userId, trade.id)) ?? null) : null,
    fills: await fillRows(tx, userId, trade),
    open: await openNow(tx, userId, trade, now),
    beside: await tradesBeside(tx, userId, { filter, sort, place }),
    journal: await journalView(tx, userId, { tradeId: id, query, timeZone, refused }),
  };
}

/** Shows a trade; 422 where it shows again what could not be saved of its journal. */
export const showTrade =
  ({ db, clock, page }: Kit) =>
  async (
    request: FastifyRequest,
    reply: FastifyReply,
    { id, query, refused }: { id: string; query: Query; refused: RefusedEntry | null },
  ): Promise<FastifyReply> => {
    const visitor = visitorOf(request);
    const asked = { visitor, id, query, refused, now: clock.now() };
    const { journal, ...found } = await db.withTenant('app', visitor.userId, (tx) => foundOf(tx, asked));
    const { trade, manual, open } = found;
    // Where no broker says how many decimals a price has, what was typed does.
    const digits = trade.digits ?? (manual === null ? null : priceDigits(manual.trade));
    const { timeZone } = visitor;
    const view = tradeView({ ...found, trade: { ...trade, digits }, timeZone, now: asked.now });
    const title = `${trade.symbol} ${trade.side}`;
    const live = open !== null ? `/live?view=trade&trade=${id}` : '/live';
    const status = refused === null ? 200 : 422;
    const shown = { view: 'trades/show', title, section: 'trades', status, live };
    return page(request, reply, shown, { ...view, journal, open });
  };

/** One trade, with the way to its neighbours in the list one came from. */
export function tradePageRoutes(app: FastifyInstance, kit: Kit): void {
  const show = showTrade(kit);
  app.get<Asking>('/trades/:id', { config: { access: 'user' } }, async (request, reply) =>
    show(request, reply, { id: tradeIdIn(request.params.id), query: request.query, refused: null }),
  );
}
