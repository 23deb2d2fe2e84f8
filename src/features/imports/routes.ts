import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { backtestOfImport } from '../../data/backtests.js';
import { listImports } from '../../data/imports.js';
import { categories } from '../../data/schema-trading.js';
import { isRule } from '../../domain/server-clock.js';
import { Fault } from '../../lib/fault.js';
import { nameField, readForm } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { occasionOf } from '../../web/occasion.js';
import { visitorOf } from '../../web/kit.js';
import { planRefusal, tradeNote } from '../../web/plan-notes.js';
import { answerRoutes } from './answer-routes.js';
import type { ImportDeps } from './read.js';
import { receiveImport } from './receive.js';
import { saveImport, type Destination } from './save.js';
import { unnamedAccount } from './suggested.js';
import { idIn, showAgain, showRoutes, type ById } from './show-routes.js';
import { dropFile, isKept } from './uploads.js';
import { listedView } from './view.js';
import { withdrawalRoutes } from './withdrawal-routes.js';

const mostListed = 50;

const form = z.object({
  account: z
    .union([z.literal(['new', 'backtest']), z.uuid()], { error: 'Choose an account from the list.' })
    .default('new'),
  label: nameField(60).optional(),
  category: z.enum(categories, { error: 'Choose what kind of account it is.' }).optional(),
  clock: z.string().refine(isRule, { error: 'Choose a clock from the list.' }).optional(),
});

const destinationOf = (values: z.infer<typeof form>): Destination =>
  values.account === 'backtest'
    ? { kind: 'backtest', name: values.label ?? null }
    : values.account === 'new'
      ? {
          kind: 'new',
          label: values.label ?? unnamedAccount,
          category: values.category ?? 'Demo',
          clockRule: values.clock ?? 'fixed:0',
        }
      : { kind: 'account', accountId: values.account };

function changeRoutes(app: FastifyInstance, deps: ImportDeps): void {
  const config = { access: 'user' } as const;
  const { kit } = deps;
  app.post<ById>('/trades/import/:id/confirmation', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const importId = idIn(request);
    const read = readForm(form, request.body);
    if (!read.ok) return showAgain(deps, request, reply, read);
    const to = destinationOf(read.values);
    let backtestId: string | undefined;
    try {
      backtestId = await kit.db.withTenant('app', userId, async (tx) => {
        const occasion = occasionOf(request, kit.clock);
        await saveImport(tx, { userId, importId }, { to, occasion, plans: kit.plans });
        return (await backtestOfImport(tx, { userId, importId }))?.id;
      });
    } catch (error) {
      if (planRefusal(error) !== null)
        return showAgain(deps, request, reply, { errors: {}, typed: read.typed });
      if (!(error instanceof Fault) || error.status !== 409) throw error;
      return showAgain(deps, request, reply, { errors: { account: error.message }, typed: read.typed });
    }
    await dropFile(deps.uploads, importId);
    return sayNext(reply, kit.cookies, 'import-saved').redirect(
      backtestId === undefined ? `/trades/import/${importId}` : `/backtests/${backtestId}`,
      303,
    );
  });
}

/** Sending reports, looking at what is in them, saving and taking back. */
export function importRoutes(app: FastifyInstance, deps: ImportDeps): void {
  const config = { access: 'user' } as const;
  const { kit } = deps;

  app.get('/trades/import', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const wish = { plans: kit.plans, userId, at: kit.clock.now() };
    const { rows, plan } = await kit.db.withTenant('app', userId, async (tx) => ({
      rows: await listImports(tx, userId, mostListed),
      plan: await tradeNote(tx, wish),
    }));
    const page = { view: 'imports/index', title: 'Import trades', section: 'trades' };
    return kit.page(request, reply, page, {
      imports: rows.map((row) => listedView(row, { timeZone, isKept: isKept(deps.uploads, row.id) })),
      error: '',
      plan,
    });
  });

  app.post('/trades/import', { config }, async (request, reply) => {
    try {
      const id = await receiveImport(request, deps, visitorOf(request));
      return await reply.code(201).header('hx-redirect', `/trades/import/${id}`).send();
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      return kit.region(request, reply, { view: 'imports/_drop', status: 422 }, { error: error.message });
    }
  });

  showRoutes(app, deps);
  changeRoutes(app, deps);
  answerRoutes(app, deps);
  withdrawalRoutes(app, deps);
}
