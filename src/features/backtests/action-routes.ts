import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { forgetBacktest, renameBacktest } from '../../data/backtests.js';
import { nameField, readForm } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { count } from '../../web/words.js';
import { ownBacktest } from './own.js';
import { longList } from './rows-view.js';
import { showView } from './show-view.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;
const form = z.object({ name: nameField(60) });

/** Giving a backtest another name, and deleting it, once more asked. */
export function backtestActionRoutes(app: FastifyInstance, { db, page, region, cookies }: Kit): void {
  const removalOf = (request: FastifyRequest<Id>) => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, async (tx) => {
      const { id, name, deals, passes } = await ownBacktest(tx, userId, request.params.id);
      return { id, name, holds: passes > 0 ? count(passes, 'pass', 'passes') : count(deals, 'deal') };
    });
  };

  app.post<Id>('/backtests/:id', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const answer = await db.withTenant('app', userId, async (tx) => {
      const row = await ownBacktest(tx, userId, request.params.id);
      const read = readForm(form, request.body);
      if (read.ok) {
        await renameBacktest(tx, userId, row.id, read.values.name);
        return row.id;
      }
      const [error = '', name = ''] = [read.errors['name'], read.typed['name']];
      return { ...showView(row, { timeZone, name, error }), ...(await longList(tx, row, userId, {})) };
    });
    if (typeof answer === 'string')
      return sayNext(reply, cookies, 'backtest-renamed').redirect(`/backtests/${answer}`, 303);
    return page(
      request,
      reply,
      { view: 'backtests/show', title: answer.name, section: 'backtests', status: 422 },
      { test: answer },
    );
  });

  app.get<Id>('/backtests/:id/removal', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'backtests/removal', title: 'Delete a backtest', section: 'backtests' },
      await removalOf(request),
    ),
  );
  app.get<Id>('/backtests/:id/removal/dialog', { config }, async (request, reply) =>
    region(request, reply, { view: 'backtests/_removal-dialog' }, await removalOf(request)),
  );
  app.post<Id>('/backtests/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) => {
      const { id } = await ownBacktest(tx, userId, request.params.id);
      await forgetBacktest(tx, userId, id);
    });
    return sayNext(reply, cookies, 'backtest-removed').redirect('/backtests', 303);
  });
}
