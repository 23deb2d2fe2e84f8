import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { isDuplicate } from '../../data/outage.js';
import { openSession } from '../../data/sessions.js';
import { addUser, claimInstallation, isClaimed } from '../../data/users.js';
import { oweWelcome } from '../../data/welcomes.js';
import { isSameSecret } from '../../lib/secret.js';
import { addressKey } from '../../web/address.js';
import { readForm, type Typed } from '../../web/form.js';
import { enter } from '../../web/cookies.js';
import { sayNext } from '../../web/flash.js';
import { deviceOf, keepDevice } from '../../web/device.js';
import { originOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { countTry } from '../../web/too-many.js';
import { meetDevice } from './entry.js';
import { newAccountForm } from './new-account.js';

const setupForm = newAccountForm.safeExtend({ claim: z.string().trim().catch('') });
const wrongCode = 'This is not the set-up code. It was printed when RawJournal started.';

/** The first administrator of an empty installation; where strangers could be faster, whoever knows its code. */
export function setupRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, passwords, clock, cookies, limiter, setup } = kit;
  const config = { access: 'everyone' } as const;

  const form = (request: FastifyRequest, reply: FastifyReply, typed: Typed, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/setup', title: 'Set up', status: Object.keys(errors).length > 0 ? 422 : 200 },
      {
        email: typed['email'] ?? '',
        claim: typed['claim'] ?? '',
        asksCode: setup.code !== null,
        hasDemo: kit.demo !== null,
        errors,
      },
    );

  app.get('/setup', { config }, async (request, reply) => {
    if (await isClaimed(db)) return reply.redirect('/login', 303);
    return form(request, reply, {}, {});
  });

  app.post('/setup', { config }, async (request, reply) => {
    if (await isClaimed(db)) return reply.redirect('/login', 303);
    const read = readForm(setupForm, request.body);
    if (!read.ok) return form(request, reply, read.typed, read.errors);
    const { email, timeZone, password, claim } = read.values;
    await countTry(limiter, 'setupByAddress', addressKey(request.ip));
    if (setup.code !== null && !isSameSecret(claim, setup.code))
      return form(request, reply, read.typed, { claim: wrongCode });
    const passwordHash = await passwords.hash(password);
    const userId = randomUUID();
    const at = clock.now();
    const device = deviceOf(request, kit);
    try {
      const opened = await db.withTenant('app', userId, async (tx) => {
        if (!(await claimInstallation(tx, at))) return null;
        const person = { userId, email, passwordHash, timeZone, verifiedAt: at, createdAt: at };
        await addUser(tx, { ...person, role: 'admin' });
        await oweWelcome(tx, userId, at);
        await recordActivity(tx, userId, occasionOf(request, clock), { what: 'signed-up' });
        const origin = originOf(request);
        await meetDevice(tx, kit, userId, { origin, device });
        return openSession(tx, { userId, stage: 'full', origin, at });
      });
      if (opened === null) return await reply.redirect('/login', 303);
      kit.afterwards.start(setup.done);
      const entered = enter(keepDevice(reply, cookies, device), cookies, opened.secret);
      return await sayNext(entered, cookies, 'welcome').redirect('/welcome', 303);
    } catch (error) {
      if (!isDuplicate(error, 'users_by_email')) throw error;
      return form(request, reply, read.typed, {
        email: 'Somebody here has this address already. Use another.',
      });
    }
  });
}
