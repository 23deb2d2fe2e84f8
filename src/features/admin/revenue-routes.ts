import type { FastifyInstance } from 'fastify';
import { listSubscriptions } from '../../data/subscriptions.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { revenueView } from './revenue-view.js';

const config = { access: 'admin' } as const;

/** What subscriptions bring in; where nothing is sold there is no such page. */
export function revenueRoutes(app: FastifyInstance, { db, clock, page, plans }: Kit): void {
  app.get('/admin/revenue', { config }, async (request, reply) => {
    if (plans === null) return reply.redirect('/admin/state', 303);
    const { timeZone } = visitorOf(request);
    const view = revenueView(plans, await listSubscriptions(db), { now: clock.now(), timeZone });
    return page(
      request,
      reply,
      { view: 'admin/revenue', title: 'Revenue', section: 'admin' },
      { tab: 'revenue', ...view },
    );
  });
}
