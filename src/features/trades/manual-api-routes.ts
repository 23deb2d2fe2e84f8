import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ManualRecord, OpenAccount } from '../../data/manual-trades.js';
import type { Tx } from '../../data/database.js';
import { admitMove, admitTrade, countTrade } from '../../data/plan-gates.js';
import type { Occasion } from '../../domain/activity.js';
import { resultOf, type ManualTrade } from '../../domain/manual-trade.js';
import { Fault } from '../../lib/fault.js';
import { answers, answersWith, type ApiApp } from '../../web/api.js';
import { idField } from '../../web/form.js';
import { symbolField } from '../../web/instrument-fields.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { type Bounds, wrongIn } from '../../web/number-field.js';
import { occasionOf } from '../../web/occasion.js';
import { oneTrade } from './api-view.js';
import {
  contradictions,
  magicField,
  commentField,
  sideField,
  tradeOf,
  type SaidTrade,
} from './manual-form.js';
import { openAccounts } from './manual-queries.js';
import { ownManual } from './manual-routes.js';
import { basisFor, removeManual, saveManual } from './save-manual.js';
import { shownTrade } from './shown-trade.js';

const decimal = (bounds: Bounds) =>
  z
    .string({ error: 'A decimal string, such as "1.0832".' })
    .regex(/^-?\d+(\.\d+)?$/, { error: 'A decimal string, such as "1.0832".', abort: true })
    .superRefine((number, context) => {
      const message = wrongIn(number, bounds);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
const price = decimal({ decimals: 10, from: 'above-zero' });
const money = decimal({ decimals: 8, from: 'any' });
const instant = z.iso
  .datetime({ offset: true, error: 'A time such as 2026-11-21T14:32:00Z.' })
  .transform((text) => new Date(text));

const needed = {
  symbol: symbolField.describe('as the broker writes it'),
  side: sideField,
  volume: decimal({ decimals: 8, from: 'above-zero' }).describe('lots'),
  openedAt: instant,
  openPrice: price,
};
const optional = {
  closedAt: instant.nullish().describe('left out while the trade is open, like closePrice'),
  closePrice: price.nullish(),
  stopLoss: price.nullish(),
  takeProfit: price.nullish(),
  commission: money.nullish().describe('what was paid has a minus'),
  swap: money.nullish(),
  net: money
    .nullish()
    .describe('what came of it all together; left out, it is reckoned and said to be an estimate'),
  comment: commentField,
  magic: magicField.optional(),
};
const newTrade = z.strictObject({
  account: idField.describe('id of an account of the type manual or report'),
  ...needed,
  ...optional,
});
const change = z.strictObject({ ...needed, ...optional }).partial();
type Wanted = Omit<z.infer<typeof newTrade>, 'account'>;

const saidOf = (wanted: Wanted): SaidTrade => ({
  symbol: wanted.symbol,
  side: wanted.side,
  lots: wanted.volume,
  openedAt: wanted.openedAt,
  openPrice: wanted.openPrice,
  closedAt: wanted.closedAt ?? null,
  closePrice: wanted.closePrice ?? null,
  stopLoss: wanted.stopLoss ?? null,
  takeProfit: wanted.takeProfit ?? null,
  commission: wanted.commission ?? null,
  swap: wanted.swap ?? null,
  net: wanted.net ?? null,
  comment: wanted.comment ?? '',
  magic: wanted.magic ?? '0',
});

const asWanted = ({ trade }: ManualRecord): Wanted => ({
  ...trade,
  volume: trade.lots,
  closedAt: trade.exit?.at ?? null,
  closePrice: trade.exit?.price ?? null,
});

const refused = (fields: Record<string, string>): Fault =>
  new Fault(400, 'invalid', 'Some of what you sent cannot be used; see fields.', { fields });

interface ToWrite {
  id: string;
  said: SaidTrade;
  /** as it was typed on a page, for a trade of such a pair */
  rate: string | null;
  account: OpenAccount;
  timeZone: string;
  occasion: Occasion;
  /** null: it is new */
  before: ManualTrade | null;
}

/** Checks what fits together only as a whole, and writes it. Throws a Fault 400. */
async function write(
  tx: Tx,
  userId: string,
  { id, said, rate, account, timeZone, occasion, before }: ToWrite,
): Promise<string> {
  const { at } = occasion;
  const wrong = contradictions(said, at);
  if (Object.keys(wrong).length > 0) throw refused(wrong);
  const values = { ...said, contractSize: null, quote: null, rate };
  const basis = await basisFor(tx, userId, { values, account, now: at });
  const { net } = resultOf(tradeOf(said), basis.ground);
  if (said.closedAt !== null && net.reason !== null)
    throw refused({ net: `The result cannot be reckoned, because ${net.reason}. Give it here.` });
  const trade = { id, values, basis, occasion, timeZone, before };
  return saveManual(tx, { userId, accountId: account.id }, trade);
}

const params = z.object({ id: z.string() });
const config = { access: 'api:write' } as const;

/** Trades entered by programs: made, changed and deleted like those entered on the page. */
export function manualApiRoutes(api: ApiApp, kit: Kit): void {
  makeRoute(api, kit);
  changeRoute(api, kit);
  deleteRoute(api, kit);
}

function makeRoute(api: ApiApp, { db, clock, plans }: Kit): void {
  api.post(
    '/trades',
    {
      config,
      schema: {
        summary: 'Enter a trade by hand, closed or still open',
        body: newTrade,
        response: answersWith(201, oneTrade),
      },
    },
    async (request, reply) => {
      const { userId, timeZone } = visitorOf(request);
      const { account: wanted, ...body } = request.body;
      const trade = await db.withTenant('app', userId, async (tx) => {
        const account = (await openAccounts(tx, userId)).find(({ id }) => id === wanted);
        if (account === undefined)
          throw refused({ account: 'This is no account of yours of the type manual or report.' });
        const toWrite = {
          id: randomUUID(),
          said: saidOf(body),
          rate: null,
          account,
          timeZone,
          occasion: occasionOf(request, clock),
          before: null,
        };
        const wish = { plans, userId, at: toWrite.occasion.at };
        await admitTrade(tx, wish, toWrite.said.openedAt);
        const id = await write(tx, userId, toWrite);
        await countTrade(tx, wish, toWrite.id);
        return shownTrade(tx, userId, id);
      });
      return reply.code(201).send(trade);
    },
  );
}

function changeRoute(api: ApiApp, { db, clock, plans }: Kit): void {
  api.patch(
    '/trades/:id',
    {
      config,
      schema: {
        summary: 'Change a trade that was entered by hand; what is null is taken out',
        params,
        body: change,
        response: answers(oneTrade),
      },
      // Before the body is looked at: what is somebody else's is not there, whatever is sent to it.
      preValidation: async (request) => {
        const { userId } = visitorOf(request);
        await db.withTenant('app', userId, (tx) => ownManual(tx, userId, request.params.id));
      },
    },
    async (request) => {
      const { userId, timeZone } = visitorOf(request);
      return db.withTenant('app', userId, async (tx) => {
        const record = await ownManual(tx, userId, request.params.id);
        const given = Object.entries(request.body).filter(([, value]) => value !== undefined);
        const wanted: Wanted = { ...asWanted(record), ...Object.fromEntries(given) };
        const about = {
          ...{ account: record.account, rate: record.said.rate, timeZone },
          ...{ occasion: occasionOf(request, clock), before: record.trade },
        };
        const wish = { plans, userId, at: about.occasion.at };
        await admitMove(tx, wish, { from: record.trade.openedAt, to: wanted.openedAt });
        return shownTrade(
          tx,
          userId,
          await write(tx, userId, { id: record.id, said: saidOf(wanted), ...about }),
        );
      });
    },
  );
}

function deleteRoute(api: ApiApp, { db, clock }: Kit): void {
  api.delete(
    '/trades/:id',
    {
      config,
      schema: {
        summary: 'Delete a trade that was entered by hand',
        params,
        response: answersWith(204, z.null()),
      },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      await db.withTenant('app', userId, async (tx) => {
        const record = await ownManual(tx, userId, request.params.id);
        await removeManual(tx, userId, record, occasionOf(request, clock));
      });
      return reply.code(204).send(null);
    },
  );
}
