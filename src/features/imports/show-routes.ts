import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listAccounts } from '../../data/accounts.js';
import { importOf } from '../../data/imports.js';
import { notFound } from '../../lib/fault.js';
import { idField, type Typed } from '../../web/form.js';
import { visitorOf } from '../../web/kit.js';
import { importNote } from '../../web/plan-notes.js';
import { giveUpLeft, type ImportDeps } from './read.js';
import { backtestRegion, importCounts } from './backtest-view.js';
import { holdsTrades, summaryOf } from './summary.js';
import { isKept } from './uploads.js';
import { choiceOf, importView, type Choice } from './view.js';

export type ById = { Params: { id: string }; Querystring: Record<string, unknown> };

/** Throws a Fault 404 where the address names no import. */
export const idIn = (request: FastifyRequest<ById>): string => {
  const id = idField.safeParse(request.params.id);
  if (!id.success) throw notFound();
  return id.data;
};

const chosen = (query: Record<string, unknown>): Partial<Choice> =>
  Object.fromEntries(
    ['account', 'label', 'category', 'clock'].flatMap((name) => {
      const value = query[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** What was typed into a form that was refused, and why. */
interface Refused {
  errors: Readonly<Record<string, string>>;
  typed: Typed;
}

/** One import as its page shows it. Throws a Fault 404 where it is not the visitor's. */
async function shown(deps: ImportDeps, request: FastifyRequest<ById>, refused: Refused | null = null) {
  const { userId, timeZone } = visitorOf(request);
  const importId = idIn(request);
  const given = chosen(refused?.typed ?? request.query);
  return deps.kit.db.withTenant('app', userId, async (tx) => {
    const found = await importOf(tx, userId, importId);
    if (found === undefined || found.kind === 'manual') throw notFound();
    const row = await giveUpLeft(tx, found, deps);
    const accounts = await listAccounts(tx, userId);
    const summary = summaryOf(row.head);
    const to = summary === null ? 'new' : choiceOf(row, summary, accounts, given).account;
    const counts =
      row.state === 'ready' && summary !== null
        ? await importCounts(tx, row, to === 'new' ? null : to, summary)
        : null;
    const isThere = isKept(deps.uploads, importId);
    const isAsking = isThere && (row.state === 'failed' || 'columns' in request.query);
    const seen = { row, accounts, counts, given, refused, timeZone, isAsking, isKept: isThere };
    const backtest = await backtestRegion(tx, row, { given, errors: refused?.errors ?? {} });
    const wish = { plans: deps.kit.plans, userId, at: deps.kit.clock.now() };
    const plan =
      counts !== null && holdsTrades(row.format)
        ? await importNote(tx, wish, { importId, accountId: to === 'new' ? null : to })
        : null;
    return { ...importView(seen), backtest, plan };
  });
}

/** The page of an import again, beside what is wrong with what was sent to it. */
export const showAgain = async (
  deps: ImportDeps,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  refused: Refused,
) =>
  deps.kit.page(
    request,
    reply,
    { view: 'imports/show', title: 'Import', section: 'trades', status: 422 },
    { item: await shown(deps, request, refused) },
  );

/** An import on its page, and that page's region, which asks for itself while the file is being read. */
export function showRoutes(app: FastifyInstance, deps: ImportDeps): void {
  const { kit } = deps;
  const config = { access: 'user' } as const;

  app.get<ById>('/trades/import/:id', { config }, async (request, reply) =>
    kit.page(
      request,
      reply,
      { view: 'imports/show', title: 'Import', section: 'trades' },
      { item: await shown(deps, request) },
    ),
  );
  app.get<ById>('/trades/import/:id/preview', { config }, async (request, reply) =>
    kit.region(request, reply, { view: 'imports/_import' }, { item: await shown(deps, request) }),
  );
}
