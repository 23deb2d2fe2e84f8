import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tx } from '../../data/database.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { listView, rowsView, type Asking } from './list.js';

type Query = { Querystring: Record<string, unknown> };

/** The timeline, and its rows as they are asked for one stretch after the other. */
export function listRoutes(app: FastifyInstance, { db, clock, page, region }: Kit): void {
  const config = { access: 'user' } as const;
  const data = <T>(request: FastifyRequest<Query>, view: (tx: Tx, asking: Asking) => Promise<T>) => {
    const visitor = visitorOf(request);
    const asking = { visitor, query: request.query, now: clock.now() };
    return db.withTenant('app', visitor.userId, (tx) => view(tx, asking));
  };

  app.get<Query>('/journal', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'journal/index', title: 'Journal', section: 'journal' },
      { list: await data(request, listView) },
    ),
  );
  app.get<Query>('/journal/list', { config }, async (request, reply) =>
    region(request, reply, { view: 'journal/_list' }, { list: await data(request, listView) }),
  );
  app.get<Query>('/journal/rows', { config }, async (request, reply) =>
    region(request, reply, { view: 'journal/_rows' }, await data(request, rowsView)),
  );
}
