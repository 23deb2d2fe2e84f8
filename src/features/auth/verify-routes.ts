import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { spendLink } from '../../data/links.js';
import { credentialsOf, setVerified } from '../../data/users.js';
import { enter } from '../../web/cookies.js';
import { sayNext } from '../../web/flash.js';
import { passwordField, readForm } from '../../web/form.js';
import { deviceOf, keepDevice } from '../../web/device.js';
import { originOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { mailedLink, type Secret } from '../../web/mailed-link.js';
import { countTry } from '../../web/too-many.js';
import { letIn, slowDown } from './entry.js';

const verifyForm = z.object({ password: passwordField });
const notChosen = 'This is not the password that was chosen when signing up.';

/**
 * The page behind the letter to a new address. It asks for the password chosen at signing up: who only owns the
 * address may not be the one who typed it there, and would open the account to whoever did.
 */
export function verifyRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, limiter, cookies, clock } = kit;
  const config = { access: 'everyone' } as const;
  const { find, show } = mailedLink(kit, {
    kind: 'verify',
    view: 'auth/verify',
    title: 'Confirm your address',
  });

  app.get<Secret>('/verify/:secret', { config }, async (request, reply) => {
    const link = await find(request.params.secret);
    return show(request, reply, link?.email ?? null);
  });

  app.post<Secret>('/verify/:secret', { config }, async (request, reply) => {
    await countTry(limiter, 'loginByAddress', request.ip);
    const link = await find(request.params.secret);
    if (link === null) return show(request, reply, null);
    const { email, user_id: userId } = link;
    const read = readForm(verifyForm, request.body);
    if (!read.ok) return show(request, reply, email, read.errors);
    const { password } = read.values;
    await slowDown(kit, email);
    const known = await db.withTenant('app', userId, (tx) => credentialsOf(tx, userId));
    if (known === undefined || !(await kit.passwords.verify(known.password_hash, password)))
      return show(request, reply, email, { password: notChosen });
    const device = deviceOf(request, kit);
    const occasion = occasionOf(request, clock);
    const opened = await letIn(kit, userId, {
      device,
      passwordHash: known.password_hash,
      password,
      origin: originOf(request),
      occasion,
      first: async (tx) => {
        if (!(await spendLink(tx, userId, link.id, occasion.at))) return false;
        await setVerified(tx, userId, occasion.at);
        await recordActivity(tx, userId, occasion, { what: 'address-confirmed' });
        return true;
      },
    });
    if (opened === null) return show(request, reply, null);
    await limiter.forget('loginByAccount', email);
    sayNext(enter(keepDevice(reply, cookies, device), cookies, opened.secret), cookies, 'verified');
    const goal = opened.isFirst ? '/welcome' : '/dashboard';
    return reply.redirect({ code: '/login/code', leaving: '/leaving', full: goal }[opened.stage], 303);
  });
}
