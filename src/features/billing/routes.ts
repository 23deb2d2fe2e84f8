import type { FastifyInstance } from 'fastify';
import type { Billing } from '../../billing/desk.js';
import { notFound } from '../../lib/fault.js';
import type { Kit } from '../../web/kit.js';
import { pricesView } from '../../web/plan-words.js';
import { planRoutes } from './plan-routes.js';
import { webhookRoutes } from './webhook-routes.js';

/** Prices for everybody, one's own plan, and the payment service's messages; nothing of it where nothing is sold. */
export function billingRoutes(app: FastifyInstance, kit: Kit, billing: Billing | null): void {
  const { page, site } = kit;
  app.get('/pricing', { config: { access: 'everyone' } }, async (request, reply) => {
    if (billing === null) throw notFound();
    const isStranger = request.visitor === null;
    const start = site.signUp === 'open' ? '/signup' : '/login';
    return page(
      request,
      reply,
      { view: 'billing/pricing', title: 'Pricing' },
      {
        prices: pricesView(billing.plans),
        way: isStranger ? { label: 'Start', href: start } : { label: 'Choose', href: '/settings/plan' },
        isRehearsal: billing.isRehearsal,
      },
    );
  });
  planRoutes(app, kit, billing);
  webhookRoutes(app, kit, billing);
}
