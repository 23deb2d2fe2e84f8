import type { FastifyInstance } from 'fastify';
import { recordActivity } from '../../data/audit.js';
import { openSession } from '../../data/sessions.js';
import { isClaimed } from '../../data/users.js';
import { notFound } from '../../lib/fault.js';
import { enter } from '../../web/cookies.js';
import { originOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { pricesView } from '../../web/plan-words.js';

/** The landing page; an empty installation offers itself to its administrator, or a look around, instead. */
export function homeRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, site, cookies, clock } = kit;
  const config = { access: 'everyone' } as const;

  app.get('/', { config }, async (request, reply) => {
    if (request.visitor !== null) return reply.redirect('/dashboard', 303);
    if (!(await isClaimed(db))) return reply.redirect('/setup', 303);
    return page(
      request,
      reply,
      { view: 'home/index', title: 'The trading journal for MetaTrader 5' },
      {
        canSignUp: site.signUp === 'open',
        hasDemo: kit.demo !== null,
        prices: kit.plans === null ? null : pricesView(kit.plans),
      },
    );
  });

  app.post('/demo/sessions', { config }, async (request, reply) => {
    if (kit.demo === null) throw notFound();
    const { userId } = kit.demo;
    const { secret } = await db.withTenant('app', userId, async (tx) => {
      await recordActivity(tx, userId, occasionOf(request, clock), { what: 'signed-in' });
      return openSession(tx, { userId, stage: 'full', origin: originOf(request), at: clock.now() });
    });
    return enter(reply, cookies, secret).redirect('/dashboard', 303);
  });
}
