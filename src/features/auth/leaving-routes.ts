import type { FastifyInstance } from 'fastify';
import { recordActivity } from '../../data/audit.js';
import { leavesAt, stopLeaving } from '../../data/leaving.js';
import { settleReading } from '../../data/plan-reading.js';
import { closeSession, openSession } from '../../data/sessions.js';
import { standingOf } from '../../data/standing.js';
import { enter, takeSession } from '../../web/cookies.js';
import { sayNext } from '../../web/flash.js';
import { originOf, visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { when } from '../../web/words.js';

/** Whoever signs in within the days of grace is asked whether the account is to stay after all. */
export function leavingRoutes(app: FastifyInstance, { db, page, cookies, clock, plans }: Kit): void {
  const config = { access: 'leaving' } as const;

  app.get('/leaving', { config }, async (request, reply) => {
    const { userId, email, timeZone } = visitorOf(request);
    const at = await db.withTenant('app', userId, (tx) => leavesAt(tx, userId));
    return page(
      request,
      reply,
      { view: 'auth/leaving', title: 'Your account leaves' },
      { email, leaves: when(at, timeZone) ?? 'the day you were told' },
    );
  });

  app.post('/leaving/keeping', { config }, async (request, reply) => {
    const { userId, doorId } = visitorOf(request);
    const occasion = occasionOf(request, clock);
    const opened = await db.withTenant('app', userId, async (tx) => {
      // A second click finds the session gone with the first.
      if (!(await closeSession(tx, userId, doorId)) || !(await stopLeaving(tx, userId, occasion.at)))
        return null;
      // Meanwhile the plan may have ended.
      if (plans !== null) {
        const { plan } = await standingOf(tx, { plans, userId, at: occasion.at });
        await settleReading(tx, userId, plan.limits.liveAccounts);
      }
      await recordActivity(tx, userId, occasion, { what: 'leaving-taken-back' });
      return openSession(tx, { userId, stage: 'full', origin: originOf(request), at: occasion.at });
    });
    if (opened === null) return takeSession(reply, cookies).redirect('/login', 303);
    return sayNext(enter(reply, cookies, opened.secret), cookies, 'leaving-taken-back').redirect(
      '/dashboard',
      303,
    );
  });

  app.post('/leaving/sign-out', { config }, async (request, reply) => {
    const { userId, doorId } = visitorOf(request);
    await db.withTenant('app', userId, (tx) => closeSession(tx, userId, doorId));
    return sayNext(takeSession(reply, cookies), cookies, 'leaving-begun').redirect('/login', 303);
  });
}
