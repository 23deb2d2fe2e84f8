import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Tx } from '../../data/database.js';
import { manualTrade, savedByForm, type ManualRecord, type OpenAccount } from '../../data/manual-trades.js';
import { admitAccount, admitMove, admitTrade, countTrade, type Wish } from '../../data/plan-gates.js';
import { takeReceipt } from '../../data/receipts.js';
import { tradesById } from '../../data/trade-rows.js';
import type { Occasion } from '../../domain/activity.js';
import { Fault, notFound } from '../../lib/fault.js';
import { paidBefore } from '../../sync/manual-trades.js';
import type { Sync } from '../../sync/sync.js';
import { readAccountFilter } from '../../web/account-filter.js';
import { formIdField, idField, readForm, textIn } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { closedNote, planRefusal, tradeNote, type PlanNote } from '../../web/plan-notes.js';
import { openAccounts, symbolChoices } from './manual-queries.js';
import { copyOf, fieldsOf, formView, type Fields } from './manual-view.js';
import { previewFor, readManual, type ReadTrade, type Refused } from './read-manual.js';
import { addManualAccount, saveManual } from './save-manual.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;

/** Thrown at whoever wants to change what a broker told. */
const brokersTrade = (): Fault =>
  new Fault(
    409,
    'not_manual',
    'This trade was not entered by hand: it is made of the deals of a broker, so it can be neither changed nor deleted. Duplicate it as a new one instead.',
  );

/** The trade of an address, entered by hand. Throws a Fault 404 for what is not the user's, 409 for a broker's. */
export async function ownManual(tx: Tx, userId: string, id: string): Promise<ManualRecord> {
  const known = idField.safeParse(id);
  if (!known.success) throw notFound();
  const record = await manualTrade(tx, userId, known.data);
  if (record !== undefined) return record;
  const [row] = await tradesById(tx, userId, [known.data]);
  throw row === undefined ? notFound() : brokersTrade();
}

/** What a new form starts with: a trade to be copied, or the account one came from. */
async function startOf(tx: Tx, { userId, timeZone }: Visitor, query: unknown): Promise<Fields> {
  const like = idField.safeParse(
    typeof query === 'object' && query !== null && 'like' in query ? query.like : '',
  );
  const [row] = like.success ? await tradesById(tx, userId, [like.data]) : [];
  if (row !== undefined) return copyOf(row, timeZone);
  const filter = readAccountFilter(query);
  return filter.kind === 'account' ? { account: filter.id } : {};
}

/** What is asked of the plan, and on what occasion; at the same moment. */
interface Saving {
  wish: Wish;
  occasion: Occasion;
}

/**
 * Saves a new trade, once for each form. The id of the trade; null: this form was here, and its trade has gone again.
 * Throws a Fault 402 where it is beyond the plan.
 */
async function saveNew(
  tx: Tx,
  { userId, timeZone }: Visitor,
  read: ReadTrade,
  { wish, occasion }: Saving,
): Promise<string | null> {
  const { formId, values, basis, newAccount } = read;
  const { at } = occasion;
  if (!(await takeReceipt(tx, userId, formId, at))) return savedByForm(tx, userId, formId);
  await admitTrade(tx, wish, values.openedAt);
  if (newAccount !== null) await admitAccount(tx, wish, false);
  const paidAt = paidBefore(values.openedAt);
  const accountId =
    newAccount === null
      ? read.accountId
      : await addManualAccount(tx, userId, newAccount, { occasion, paidAt });
  if (accountId === null) throw notFound();
  const trade = { id: formId, values, basis, occasion, timeZone, before: null };
  const id = await saveManual(tx, { userId, accountId }, trade);
  await countTrade(tx, wish, formId);
  return id;
}

/** The trade that was saved, or the form again beside what is wrong with it. */
type Outcome = { id: string | null; account?: string | null } | { form: object; plan: PlanNote | null };

/** What a form of this page is drawn from. */
async function formOf(
  tx: Tx,
  { visitor, accounts, now }: { visitor: Visitor; accounts: readonly OpenAccount[]; now: Date },
  { fields, errors }: { fields: Fields; errors: Record<string, string> },
) {
  const symbols = await symbolChoices(tx, visitor.userId);
  const start = { side: 'buy', account: accounts[0]?.id ?? '', ...fields };
  const preview = await previewFor(tx, start, { visitor, accounts, now });
  return formView({ fields, errors, accounts, symbols, preview });
}

const entered = ({ typed, errors }: Refused) => ({ fields: typed, errors });

/** Saves what was typed, or says what is wrong with it. Throws a Fault 402 where it is beyond the plan. */
async function enterIn(tx: Tx, visitor: Visitor, body: unknown, saving: Saving): Promise<Outcome> {
  const { userId } = visitor;
  const { wish } = saving;
  const formId = formIdField.safeParse(textIn(body, 'formId'));
  const before = formId.success ? await savedByForm(tx, userId, formId.data) : null;
  if (before !== null) return { id: before };
  const around = { visitor, accounts: await openAccounts(tx, userId), now: wish.at };
  const reading = await readManual(tx, body, around);
  if (reading.ok)
    return { id: await saveNew(tx, visitor, reading.read, saving), account: reading.read.accountId };
  return { form: await formOf(tx, around, entered(reading.refused)), plan: await tradeNote(tx, wish) };
}

/** The same; where it is beyond the plan, the form with all that was typed, and why. */
async function enter({ db, clock, plans }: Kit, request: FastifyRequest): Promise<Outcome> {
  const { body } = request;
  const visitor = visitorOf(request);
  const { userId } = visitor;
  const occasion = occasionOf(request, clock);
  const { at: now } = occasion;
  const saving = { wish: { plans, userId, at: now }, occasion };
  try {
    return await db.withTenant('app', userId, (tx) => enterIn(tx, visitor, body, saving));
  } catch (error) {
    const sentence = planRefusal(error);
    if (sentence === null) throw error;
    const { typed } = readForm(z.object({}), body);
    return db.withTenant('app', userId, async (tx) => {
      const around = { visitor, accounts: await openAccounts(tx, userId), now };
      return {
        form: await formOf(tx, around, { fields: typed, errors: {} }),
        plan: closedNote(sentence),
      };
    });
  }
}

/** Trades entered by hand: new ones. */
export function manualRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, clock, page, region, cookies } = kit;

  const draw = (
    request: FastifyRequest,
    reply: FastifyReply,
    { form, plan }: { form: object; plan: PlanNote | null },
    status = 200,
  ) =>
    page(
      request,
      reply,
      { view: 'trades/new', title: 'Add a trade', section: 'trades', status },
      { form, plan, action: '/trades', backHref: '/trades' },
    );

  app.get('/trades/new', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const drawn = await db.withTenant('app', visitor.userId, async (tx) => {
      const accounts = await openAccounts(tx, visitor.userId);
      const fields = await startOf(tx, visitor, request.query);
      const now = clock.now();
      return {
        form: await formOf(tx, { visitor, accounts, now }, { fields, errors: {} }),
        plan: await tradeNote(tx, { plans: kit.plans, userId: visitor.userId, at: now }),
      };
    });
    return draw(request, reply, drawn);
  });

  app.post('/trades/preview', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const preview = await db.withTenant('app', visitor.userId, async (tx) => {
      const accounts = await openAccounts(tx, visitor.userId);
      return previewFor(tx, request.body, { visitor, accounts, now: clock.now() });
    });
    return region(request, reply, { view: 'trades/_preview' }, { preview });
  });

  app.post('/trades', { config }, async (request, reply) => {
    const outcome = await enter(kit, request);
    if ('form' in outcome) return draw(request, reply, outcome, 422);
    await sync.changed(visitorOf(request).userId);
    sayNext(reply, cookies, 'trade-added');
    if (textIn(request.body, 'then') === 'another')
      return reply.redirect(`/trades/new${outcome.account ? `?account=${outcome.account}` : ''}`, 303);
    return reply.redirect(outcome.id === null ? '/trades' : `/trades/${outcome.id}`, 303);
  });
}

/** Why a trade may not be moved to then; null: it may. */
const refusedMove = (tx: Tx, wish: Wish, move: Parameters<typeof admitMove>[2]): Promise<string | null> =>
  admitMove(tx, wish, move).then(
    () => null,
    (error: unknown) => {
      const sentence = planRefusal(error);
      if (sentence === null) throw error;
      return sentence;
    },
  );

/** Changing a trade that was entered by hand. */
export function manualEditRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, page, cookies, plans } = kit;

  const around = (visitor: Visitor, { account }: ManualRecord) => ({
    visitor,
    accounts: [account],
    now: clock.now(),
  });
  const draw = (
    request: FastifyRequest<Id>,
    reply: FastifyReply,
    { form, status }: { form: object; status: number },
  ) => {
    const path = `/trades/${request.params.id}`;
    const about = { view: 'trades/edit', title: 'Change a trade', section: 'trades', status };
    return page(request, reply, about, { form, action: path, backHref: path });
  };

  app.get<Id>('/trades/:id/edit', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const form = await db.withTenant('app', visitor.userId, async (tx) => {
      const record = await ownManual(tx, visitor.userId, request.params.id);
      const fields = { ...fieldsOf(record, visitor.timeZone), account: record.account.id };
      return formOf(tx, around(visitor, record), { fields, errors: {} });
    });
    return draw(request, reply, { form, status: 200 });
  });

  app.post<Id>('/trades/:id', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const { userId, timeZone } = visitor;
    const form = await db.withTenant('app', userId, async (tx) => {
      const record = await ownManual(tx, userId, request.params.id);
      const body = { ...(request.body as object), account: record.account.id, formId: record.id };
      const reading = await readManual(tx, body, around(visitor, record));
      if (!reading.ok) return formOf(tx, around(visitor, record), entered(reading.refused));
      const { values, basis } = reading.read;
      const owner = { userId, accountId: record.account.id };
      const occasion = occasionOf(request, clock);
      const before = record.trade;
      const wish = { plans, userId, at: occasion.at };
      const tooOld = await refusedMove(tx, wish, { from: before.openedAt, to: values.openedAt });
      if (tooOld !== null) {
        const fields = readForm(z.object({}), body).typed;
        return formOf(tx, around(visitor, record), { fields, errors: { openedAt: tooOld } });
      }
      await saveManual(tx, owner, { id: record.id, values, basis, occasion, timeZone, before });
      return null;
    });
    if (form !== null) return draw(request, reply, { form, status: 422 });
    return sayNext(reply, cookies, 'trade-saved').redirect(`/trades/${request.params.id}`, 303);
  });
}
