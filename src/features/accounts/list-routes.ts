import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listAccounts } from '../../data/accounts.js';
import { listReconciliations } from '../../data/reconciliations.js';
import type { Sync } from '../../sync/sync.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { listView } from './list-view.js';

/** Everything connected, as a page and as a region. */
export function listRoutes(app: FastifyInstance, { db, clock, page, region }: Kit, sync: Sync): void {
  const config = { access: 'user' } as const;

  const list = async (request: FastifyRequest) => {
    const { userId } = visitorOf(request);
    const [accounts, reconciliations] = await db.withTenant('app', userId, (tx) =>
      Promise.all([listAccounts(tx, userId), listReconciliations(tx, userId)]),
    );
    return listView(accounts, reconciliations, sync, clock.now());
  };

  app.get('/accounts', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'accounts/index', title: 'Accounts', section: 'accounts' },
      { list: await list(request) },
    ),
  );
  app.get('/accounts/list', { config }, async (request, reply) =>
    region(request, reply, { view: 'accounts/_list' }, { list: await list(request) }),
  );
}
