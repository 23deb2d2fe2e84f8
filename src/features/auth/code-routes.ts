import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { leavesAt } from '../../data/leaving.js';
import { closeSession, openSession } from '../../data/sessions.js';
import { localPath } from '../../lib/local-path.js';
import { countTry } from '../../web/too-many.js';
import { readForm } from '../../web/form.js';
import { enter, takeSession } from '../../web/cookies.js';
import { deviceOf, keepDevice } from '../../web/device.js';
import { originOf, visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { passFactor } from '../../web/second-factor.js';
import { meetDevice, stageAfter } from './entry.js';

const missing = 'Type the six digits, or one of your recovery codes.';
const codeForm = z.object({
  code: z.string({ error: missing }).trim().min(6, { error: missing }).max(40, { error: missing }),
  next: z.string().optional().catch(undefined),
});

/** The second step of signing in: the password was right, the code is still owed. */
export function codeRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, cookies, limiter, clock } = kit;
  const config = { access: 'code' } as const;

  const form = (request: FastifyRequest, reply: FastifyReply, next: string, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/code', title: 'Second step', status: Object.keys(errors).length > 0 ? 422 : 200 },
      { next, errors },
    );

  app.get<{ Querystring: { next?: string } }>('/login/code', { config }, async (request, reply) =>
    form(request, reply, localPath(request.query.next, '/dashboard'), {}),
  );

  app.post('/login/code', { config }, async (request, reply) => {
    const { userId, doorId } = visitorOf(request);
    const read = readForm(codeForm, request.body);
    if (!read.ok) return form(request, reply, localPath(read.typed['next'], '/dashboard'), read.errors);
    await countTry(limiter, 'codeByAccount', userId);
    const { code } = read.values;
    const device = deviceOf(request, kit);
    const occasion = occasionOf(request, clock);
    const opened = await db.withTenant('app', userId, async (tx) => {
      if (!(await passFactor(tx, kit, userId, { code }))) {
        const refusal = { what: 'sign-in-refused', details: { step: 'code' } } as const;
        await recordActivity(tx, userId, { ...occasion, by: 'stranger' }, refusal);
        return null;
      }
      // The first step must still stand: a password that was changed meanwhile has ended it.
      if (!(await closeSession(tx, userId, doorId))) return null;
      await recordActivity(tx, userId, occasion, { what: 'signed-in' });
      const origin = originOf(request);
      const isTold = await meetDevice(tx, kit, userId, { origin, device });
      const stage = stageAfter(await leavesAt(tx, userId));
      return { isTold, stage, ...(await openSession(tx, { userId, stage, origin, at: occasion.at })) };
    });
    const next = localPath(read.values.next, '/dashboard');
    if (opened === null)
      return form(request, reply, next, {
        code: 'This code is not right, or it was used already. Take the next one.',
      });
    await limiter.forget('codeByAccount', userId);
    if (opened.isTold) kit.mail.wake();
    const to = opened.stage === 'full' ? next : '/leaving';
    return enter(keepDevice(reply, cookies, device), cookies, opened.secret).redirect(to, 303);
  });

  app.post('/login/code/cancellation', { config }, async (request, reply) => {
    const { userId, doorId } = visitorOf(request);
    await db.withTenant('app', userId, (tx) => closeSession(tx, userId, doorId));
    return takeSession(reply, cookies).redirect('/login', 303);
  });
}
