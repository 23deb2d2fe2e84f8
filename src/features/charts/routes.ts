import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { candlesBefore, readCandles, type CandleWish } from '../../data/candles.js';
import type { Tx } from '../../data/database.js';
import { fillMarks } from '../../data/fill-marks.js';
import { listAccounts } from '../../data/accounts.js';
import { listPositions } from '../../data/positions.js';
import { chartFrames, frameMs, type Candle, type ChartFrame } from '../../domain/candles.js';
import { serverDayStart } from '../../domain/server-day.js';
import { notFound } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { candleColumns, digitsFor } from '../../web/candle-chart.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { squeezed } from '../../web/squeezed.js';
import type { LiveRegions } from '../../web/live.js';
import { chartHref, symbolView } from './list-view.js';
import { liveView } from './live-view.js';
import { chartedSymbols, knownSymbol, lastBars, type LastBars } from './queries.js';
import { marksOf, showView, type Shown } from './show-view.js';

type Query = Readonly<Record<string, unknown>>;
type Asking = { Params: { symbol: string }; Querystring: Record<string, unknown> };

const config = { access: 'user' } as const;
/** Bars of a page, and of each stretch of older ones that is fetched later. */
const shownBars = 400;

const frameGiven = (given: unknown): ChartFrame => chartFrames.find((frame) => frame === given) ?? 'H1';

/** Milliseconds of an instant in an address; null where there is none that can be meant. */
function instantGiven(given: unknown): number | null {
  const ms = typeof given === 'string' && given.length <= 40 ? Date.parse(given) : NaN;
  return ms >= 0 && ms < 4e12 ? ms : null;
}

const nameGiven = (text: string): string => {
  if (text.length > 64 || text.includes('\0')) throw notFound();
  return text;
};

const spanOf = (candles: readonly Candle[], frame: ChartFrame) => ({
  fromMs: candles[0]?.atMs ?? 0,
  toMs: (candles.at(-1)?.atMs ?? 0) + frameMs[frame],
});

/** The bars of a chart with this instant in its middle, or until now; alike for all who ask while the same bar forms. */
function wishOf({ name, frame, atMs }: Pick<Shown, 'name' | 'frame' | 'atMs'>, now: Date): CandleWish {
  const lengthMs = frameMs[frame];
  const endMs = Math.min(now.getTime(), (atMs ?? now.getTime()) + (shownBars / 2) * lengthMs);
  const toMs = Math.ceil(endMs / lengthMs) * lengthMs;
  return { name, frame, fromMs: toMs - shownBars * lengthMs, toMs };
}

async function barsOf(
  tx: Tx,
  { name, frame, atMs }: Pick<Shown, 'name' | 'frame' | 'atMs'>,
  now: Date,
): Promise<{ candles: Candle[]; isWhole: boolean }> {
  const lengthMs = frameMs[frame];
  const last = { name, frame, beforeMs: now.getTime() + lengthMs, count: shownBars, joins: false };
  if (atMs === null) {
    const kept = await candlesBefore(tx, last);
    if (kept.length > 0) return { candles: kept, isWhole: true };
  }
  // What shorter bars come to is reckoned here, and not while somebody scrolls.
  const { candles, gaps } = await readCandles(tx, wishOf({ name, frame, atMs }, now));
  return { candles, isWhole: gaps.length === 0 };
}

async function shownOf(
  tx: Tx,
  userId: string,
  { name, query, now }: { name: string; query: Query; now: Date },
): Promise<Shown & { isWhole: boolean }> {
  const { isKnown, digits } = await knownSymbol(tx, userId, name);
  if (!isKnown) throw notFound();
  const at = { name, frame: frameGiven(query['timeframe']), atMs: instantGiven(query['at']) };
  const { candles, isWhole } = await barsOf(tx, at, now);
  const span = spanOf(candles, at.frame);
  const fills = candles.length === 0 ? [] : await fillMarks(tx, userId, { name, ...span });
  return { ...at, candles, isWhole, fills, digits };
}

/** Older bars of a chart that is being looked at, with the fills in them, in columns. */
function olderRoute(app: FastifyInstance, { db }: Kit): void {
  app.get<Asking>('/charts/:symbol/candles', { config, onSend: squeezed }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const name = nameGiven(request.params.symbol);
    const { timeframe, before, marks } = request.query;
    const frame = frameGiven(timeframe);
    const beforeMs = typeof before === 'string' && /^\d{1,10}$/.test(before) ? Number(before) * 1000 : 0;
    const older = await db.withTenant('app', userId, async (tx) => {
      const { isKnown, digits } = await knownSymbol(tx, userId, name);
      if (!isKnown) throw notFound();
      const candles = await candlesBefore(tx, { name, frame, beforeMs, count: shownBars, joins: true });
      const isMarked = marks !== 'none' && candles.length > 0;
      const span = { ...spanOf(candles, frame), toMs: beforeMs - 1 };
      return { candles, digits, fills: isMarked ? await fillMarks(tx, userId, { name, ...span }) : [] };
    });
    const digits = digitsFor(older.digits, older.candles);
    return reply.send({ ...candleColumns(older.candles), marks: marksOf(older.fills, digits, timeZone) });
  });
}

/** The symbols that somebody trades, and the chart of each. */
export function chartRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, clock, page } = kit;
  const section = 'charts';

  app.get('/charts', { config }, async (request: FastifyRequest, reply: FastifyReply) => {
    const { userId, timeZone } = visitorOf(request);
    const { symbol } = request.query as Query;
    if (typeof symbol === 'string' && symbol !== '') return reply.redirect(chartHref(nameGiven(symbol)), 303);
    const dayStart = serverDayStart(clock.now());
    const symbols = await db.withTenant('app', userId, (tx) => chartedSymbols(tx, userId, dayStart));
    const rows = symbols.map((row) => symbolView(row, timeZone));
    return page(request, reply, { view: 'charts/index', title: 'Charts', section }, { rows });
  });

  app.get<Asking>('/charts/:symbol', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const name = nameGiven(request.params.symbol);
    const now = clock.now();
    const found = await db.withTenant('app', userId, async (tx) => {
      const shown = await shownOf(tx, userId, { name, query: request.query, now });
      const [symbols, last, accounts, positions] = await Promise.all([
        chartedSymbols(tx, userId, serverDayStart(now)),
        lastBars(tx, userId, name),
        listAccounts(tx, userId),
        listPositions(tx, userId),
      ]);
      return { shown, symbols, last: last[0], picture: { accounts, positions } };
    });
    const { shown, last, picture } = found;
    const names = found.symbols.map((symbol) => symbol.name);
    const isAsked = shown.candles.length === 0 && !shown.isWhole;
    const standing = isAsked ? sync.askCandles(wishOf(shown, now)) : null;
    const chart = showView({ ...shown, names, timeZone, standing });
    const now_ = liveView({ name, last, picture, digits: digitsFor(shown.digits, shown.candles), now });
    const live = `/live?view=candles&symbol=${encodeURIComponent(name)}`;
    return page(request, reply, { view: 'charts/show', title: name, section, live }, { chart, now: now_ });
  });

  olderRoute(app, kit);
}

/** What a socket pushes of a chart: the price, and the bars that form. */
export const candleRegions = ({ clock, draw }: Pick<Kit, 'clock' | 'draw'>): LiveRegions => ({
  name: 'candles',
  follow: ({ userId }) => {
    let bars: LastBars[] = [];
    return {
      read: async (tx) => {
        bars = await lastBars(tx, userId, null);
      },
      draw: ({ picture, query }) => {
        const name = query.get('symbol') ?? '';
        const last = bars.find((one) => one.name === name);
        const digits = picture.positions.find((position) => position.name === name)?.digits ?? null;
        const given = { name, last, picture, digits: digitsFor(digits, Object.values(last?.bars ?? {})) };
        return [draw('charts/_live', { now: liveView({ ...given, now: clock.now() }) })];
      },
    };
  },
});
