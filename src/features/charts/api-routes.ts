import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readCandles } from '../../data/candles.js';
import { chartFrames, frameMs, type Candle } from '../../domain/candles.js';
import { plainName } from '../../domain/instrument.js';
import { Fault } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { answers, type ApiApp } from '../../web/api.js';
import { noCandles } from '../../web/candle-words.js';
import { decimal } from '../../web/figures.js';
import { squeezed } from '../../web/squeezed.js';
import { visitorOf, type Kit } from '../../web/kit.js';

/** Time in bars that one question may span, and that it spans where it does not say. */
const mostBars = 10_000;
const usualBars = 500;

const instant = z.iso.datetime({ offset: true }).optional();
const candleQuery = z.strictObject({
  symbol: z
    .string()
    .min(1)
    .max(64)
    .refine((text) => !text.includes('\0'))
    .describe('with or without the broker’s suffixes'),
  timeframe: z.enum(chartFrames).default('H1'),
  from: instant.describe('the first bar opens then or later; 500 bars before `to` where it is left out'),
  to: instant.describe('the last bar opens then or earlier; now where it is left out'),
});

const text = z.array(z.string());
const candleShape = z.object({
  symbol: z.string(),
  timeframe: z.enum(chartFrames),
  columns: z
    .tuple([z.array(z.iso.datetime()), text, text, text, text, text])
    .describe('opening times, open, high, low, close, volume in ticks; the last bar may still be forming'),
  reason: z.string().nullable().describe('why there are no bars; null where there are'),
});

const price = (value: number): string => decimal(value, 10);

const columnsOf = (bars: readonly Candle[]): z.infer<typeof candleShape>['columns'] => [
  bars.map(({ atMs }) => new Date(atMs).toISOString()),
  bars.map(({ open }) => price(open)),
  bars.map(({ high }) => price(high)),
  bars.map(({ low }) => price(low)),
  bars.map(({ close }) => price(close)),
  bars.map(({ volume }) => decimal(volume, 2)),
];

/** Nobody has bars of before 1970 or from 2096 on, and no database knows every year. */
const kept = (ms: number): number => Math.min(4e12, Math.max(0, ms));

function spanOf(
  { timeframe, from, to }: z.infer<typeof candleQuery>,
  now: Date,
): { fromMs: number; toMs: number } {
  const lengthMs = frameMs[timeframe];
  const toMs = to === undefined ? now.getTime() : Date.parse(to);
  const fromMs = from === undefined ? toMs - usualBars * lengthMs : Date.parse(from);
  const wrong = (message: string): Fault =>
    new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', {
      fields: { from: message },
    });
  if (fromMs > toMs) throw wrong('This is later than `to`.');
  if ((toMs - fromMs) / lengthMs > mostBars)
    throw wrong(`At most ${mostBars} bars at a time: ask for a shorter time or a longer timeframe.`);
  return { fromMs: kept(fromMs), toMs: kept(toMs) };
}

/** Bars of the cache that all share; what it lacks is not asked of the broker. */
export function candleApiRoutes(api: ApiApp, { db, clock }: Kit, sync: Sync): void {
  api.get(
    '/candles',
    {
      config: { access: 'api:read' },
      schema: {
        summary: 'Candles of a symbol, in columns',
        querystring: candleQuery,
        response: answers(candleShape),
      },
      onSend: (request, reply, payload) =>
        squeezed(request as FastifyRequest, reply as unknown as FastifyReply, payload),
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const { symbol, timeframe } = request.query;
      const name = plainName(symbol);
      const span = spanOf(request.query, clock.now());
      const { candles } = await db.withTenant('app', userId, (tx) =>
        readCandles(tx, { name, frame: timeframe, ...span }),
      );
      const reason = candles.length > 0 ? null : noCandles(name, sync);
      return { symbol: name, timeframe, columns: columnsOf(candles), reason };
    },
  );
}
