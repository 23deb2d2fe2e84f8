import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tx } from '../../data/database.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { placeOf } from './cursor.js';
import { listView, rowsAfter, totalsOf, type Asked } from './list.js';

type Query = { Querystring: Record<string, unknown> };

export function listRoutes(app: FastifyInstance, { db, clock, page, region }: Kit): void {
  const config = { access: 'user' } as const;
  const data = <T>(request: FastifyRequest<Query>, view: (tx: Tx, asked: Asked) => Promise<T>) => {
    const visitor = visitorOf(request);
    const asked = { visitor, query: request.query, now: clock.now() };
    return db.withTenant('app', visitor.userId, (tx) => view(tx, asked));
  };

  app.get<Query>('/trades', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'trades/index', title: 'Trades', section: 'trades' },
      { table: await data(request, listView) },
    ),
  );
  app.get<Query>('/trades/table', { config }, async (request, reply) =>
    region(request, reply, { view: 'trades/_table' }, await data(request, listView)),
  );
  app.get<Query>('/trades/totals', { config }, async (request, reply) =>
    region(request, reply, { view: 'trades/_totals' }, await data(request, totalsOf)),
  );
  app.get<Query>('/trades/rows', { config }, async (request, reply) => {
    const { after } = request.query;
    const rows = await data(request, (tx, asked) =>
      rowsAfter(tx, asked, ({ sort }) => (typeof after === 'string' ? placeOf(sort, after) : null)),
    );
    return region(request, reply, { view: 'trades/_rows' }, rows);
  });
}
