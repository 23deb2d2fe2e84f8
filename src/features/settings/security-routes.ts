import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { openSession } from '../../data/sessions.js';
import { revokeTokens } from '../../data/tokens.js';
import { holdsPassword, replacePassword } from '../../data/users.js';
import { enter } from '../../web/cookies.js';
import { passwordField, readForm } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { originOf, visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { ownersHash } from '../../web/owner.js';
import { newPasswordFor } from '../../web/passwords.js';
import { sessionRows } from './session-routes.js';
import { factorRegion } from './two-factor-view.js';

const notYours = 'This is not your current password.';
const passwordForm = (email: string) =>
  z.object({
    current: passwordField,
    password: newPasswordFor(email),
    revokeTokens: z.literal('yes').optional().catch(undefined),
  });

/** The page, and the password on it. */
export function securityRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, passwords, cookies, clock } = kit;
  const config = { access: 'user' } as const;

  const show = async (request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) => {
    const visitor = visitorOf(request);
    const { sessions, factor } = await db.withTenant('app', visitor.userId, async (tx) => ({
      sessions: await sessionRows(tx, visitor),
      factor: await factorRegion(tx, kit, visitor),
    }));
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    return page(
      request,
      reply,
      { view: 'settings/security', title: 'Security', section: 'settings', status },
      { tab: 'security', sessions, factor, errors },
    );
  };
  app.get('/settings/security', { config }, async (request, reply) => show(request, reply, {}));

  app.post('/settings/security/password', { config }, async (request, reply) => {
    const { userId, email } = visitorOf(request);
    const read = readForm(passwordForm(email), request.body);
    if (!read.ok) return show(request, reply, read.errors);
    const checked = await ownersHash(kit, userId, read.values.current);
    if (checked === null) return show(request, reply, { current: notYours });
    const passwordHash = await passwords.hash(read.values.password);
    const opened = await db.withTenant('app', userId, async (tx) => {
      if (!(await holdsPassword(tx, userId, checked))) return null;
      await replacePassword(tx, userId, passwordHash);
      const occasion = occasionOf(request, clock);
      await recordActivity(tx, userId, occasion, { what: 'password-changed' });
      if (read.values.revokeTokens === 'yes') {
        await revokeTokens(tx, userId);
        await recordActivity(tx, userId, occasion, { what: 'tokens-revoked' });
      }
      return openSession(tx, { userId, stage: 'full', origin: originOf(request), at: clock.now() });
    });
    if (opened === null) return show(request, reply, { current: notYours });
    return sayNext(enter(reply, cookies, opened.secret), cookies, 'password-changed').redirect(
      '/settings/security',
      303,
    );
  });
}
