import type { FastifyInstance } from 'fastify';
import { isClaimed } from '../../data/users.js';
import type { Kit } from '../../web/kit.js';

/** The landing page; an empty installation offers itself to its administrator instead. */
export function homeRoutes(app: FastifyInstance, { db, page, site }: Kit): void {
  app.get('/', { config: { access: 'everyone' } }, async (request, reply) => {
    if (request.visitor !== null) return reply.redirect('/dashboard', 303);
    if (!(await isClaimed(db))) return reply.redirect('/setup', 303);
    return page(
      request,
      reply,
      { view: 'home/index', title: 'The trading journal for MetaTrader 5' },
      { canSignUp: site.signUp === 'open' },
    );
  });
}
