import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  pickedTrades,
  taggingAlone,
  tagTrades,
  untagTrades,
  type TradesMeant,
} from '../../data/journal-bulk.js';
import { ensureLabels, labelsOf, mostLabels } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { inTable } from '../../data/experts.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { Fault, notFound } from '../../lib/fault.js';
import { readForm, textIn, textsIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { labelField } from '../../web/label-fields.js';
import { readTradeFilter } from '../../web/trade-filter.js';
import { countTry } from '../../web/too-many.js';
import { mostTags } from './journal-form.js';
import { listView } from './list.js';
import { asQuery, pageQuery } from './list-query.js';
import { changedQuery, type Changed, type RefusedTagging } from './tagging-view.js';

const config = { access: 'user' } as const;

const form = z.object({
  query: z.string().max(2_000).default(''),
  ids: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((given) => [given].flat())
    .pipe(z.array(z.uuid()).max(1_000)),
  scope: z.enum(['selected', 'all']).default('selected'),
  tag: z.union([z.literal(''), z.uuid()]).default(''),
  name: z
    .string()
    .default('')
    .transform((text) => text.trim())
    .pipe(z.union([z.literal(''), labelField])),
  action: z.enum(['add', 'take'], { error: 'Choose whether to add it or to take it away.' }),
});
type Wanted = z.infer<typeof form>;

/** A sentence for whoever asked; nothing has been changed. */
class Unfit extends Error {}

/** The tag that is meant: one of the list, else one by its name, which adding makes where there is none. */
async function tagOf(tx: Tx, userId: string, { tag, name, action }: Wanted, at: Date): Promise<string> {
  const known = await labelsOf(tx, userId, 'tags');
  if (name === '' && tag === '') throw new Unfit('Choose a tag, or type a new one.');
  if (name === '') {
    if (!known.some(({ id }) => id === tag)) throw notFound();
    return tag;
  }
  const named = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (named !== undefined) return named.id;
  if (action === 'take') throw new Unfit(`No tag is called “${name}”.`);
  const [made] = (await ensureLabels(tx, userId, 'tags', { names: [name], at })) ?? [];
  if (made === undefined)
    throw new Unfit(`There are ${mostLabels} tags already. Delete some in the settings.`);
  return made;
}

interface Ground {
  userId: string;
  timeZone: string;
  now: Date;
}

/** Which trades are meant. A filter that cannot be used is refused: no more must be changed than was meant. */
async function whereOf(tx: Tx, { ids, scope, query }: Wanted, ground: Ground): Promise<TradesMeant> {
  const { userId, timeZone, now } = ground;
  if (scope === 'selected') {
    if (ids.length === 0) throw new Unfit('Select the trades first, or choose all of this list.');
    return pickedTrades(userId, ids);
  }
  const { filter, errors } = readTradeFilter(asQuery(query), timeZone, now);
  const [refused] = Object.values(errors);
  if (refused !== undefined) throw new Unfit(`Nothing was changed. ${refused}`);
  return tradesWhere(userId, await inTable(tx, userId, filter));
}

async function change(tx: Tx, wanted: Wanted, ground: Ground): Promise<Changed> {
  const { userId, now: at } = ground;
  const where = await whereOf(tx, wanted, ground);
  const tagId = await tagOf(tx, userId, wanted, at);
  if (wanted.action === 'take')
    return { deed: 'taken', tagId, n: await untagTrades(tx, userId, where, { tagId, at }), full: 0 };
  return { deed: 'added', tagId, ...(await tagTrades(tx, userId, where, { tagId, at, most: mostTags })) };
}

/** Why somebody's form cannot be followed; null: that is no matter of the form. */
const reasonIn = (error: unknown): string | null =>
  error instanceof Unfit || (error instanceof Fault && error.status === 409) ? error.message : null;

/** A tag for several trades at once, or for all of a list; taking it away again is the way back. */
export function tagRoutes(app: FastifyInstance, { db, clock, page, limiter }: Kit): void {
  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    error: string,
  ): Promise<FastifyReply> => {
    const visitor = visitorOf(request);
    const { body } = request;
    const refused: RefusedTagging = {
      ...{ tag: textIn(body, 'tag'), name: textIn(body, 'name'), error },
      ...{ isForAll: textIn(body, 'scope') === 'all', picked: textsIn(body, 'ids') },
    };
    const asked = { visitor, query: asQuery(textIn(body, 'query')), now: clock.now() };
    const table = await db.withTenant('app', visitor.userId, (tx) => listView(tx, asked, null, refused));
    // The address in the browser stays that of the list: this one answers no GET.
    reply.header('hx-push-url', 'false');
    const shown = { view: 'trades/index', title: 'Trades', section: 'trades', status: 422 };
    return page(request, reply, shown, { table });
  };

  app.post('/trades/tags', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    await countTry(limiter, 'tagByUser', userId);
    const read = readForm(form, request.body);
    if (!read.ok) return refuse(request, reply, Object.values(read.errors)[0] ?? 'This cannot be done.');
    const ground = { userId, timeZone, now: clock.now() };
    try {
      const changed = await db.withTenant('app', userId, (tx) =>
        taggingAlone(tx, userId, () => change(tx, read.values, ground)),
      );
      return await reply.redirect(
        `/trades${changedQuery(pageQuery(asQuery(read.values.query), ground), changed)}`,
        303,
      );
    } catch (error) {
      const reason = reasonIn(error);
      if (reason === null) throw error;
      return refuse(request, reply, reason);
    }
  });
}
