import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { legalVersion } from '../../data/legal-pages.js';
import { isDuplicate } from '../../data/outage.js';
import { addUser } from '../../data/users.js';
import { oweWelcome } from '../../data/welcomes.js';
import type { Occasion } from '../../domain/activity.js';
import { notFound } from '../../lib/fault.js';
import { countTry } from '../../web/too-many.js';
import { readForm, type Typed } from '../../web/form.js';
import { occasionOf } from '../../web/occasion.js';
import type { Kit } from '../../web/kit.js';
import { knownLetter, linkLetter, sendAfterwards } from './letters.js';
import { newAccountForm } from './new-account.js';

const signUpForm = newAccountForm.safeExtend({
  agree: z.literal('yes', { error: 'Read the terms, and agree to them to go on.' }),
});

/**
 * Adds an unverified person, unless the address is known, and returns how to queue the letter that says how to go on.
 * The row is stored before the answer, for an answer that promises an account must be true: of all that differs
 * between a known and an unknown address, this one write is all that an answer waits for.
 */
async function join(
  kit: Kit,
  values: z.infer<typeof signUpForm>,
  occasion: Occasion,
): Promise<() => Promise<unknown>> {
  const { email, timeZone, password } = values;
  const version = await legalVersion(kit.db);
  const userId = randomUUID();
  const passwordHash = await kit.passwords.hash(password);
  try {
    const person = { userId, email, passwordHash, timeZone, verifiedAt: null, createdAt: occasion.at };
    await kit.db.withTenant('app', userId, async (tx) => {
      await addUser(tx, { ...person, role: 'user' });
      await oweWelcome(tx, userId);
      await recordActivity(tx, userId, occasion, { what: 'signed-up' });
      await recordActivity(tx, userId, occasion, { what: 'terms-agreed', details: { version } });
    });
    return () => linkLetter(kit, { userId, kind: 'verify' });
  } catch (error) {
    if (isDuplicate(error, 'users_by_email')) return () => knownLetter(kit, email);
    throw error;
  }
}

export function signUpRoutes(app: FastifyInstance, kit: Kit): void {
  const { page, limiter, site } = kit;
  const config = { access: 'everyone' } as const;

  const form = (request: FastifyRequest, reply: FastifyReply, typed: Typed, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/sign-up', title: 'Sign up', status: Object.keys(errors).length > 0 ? 422 : 200 },
      { email: typed['email'] ?? '', hasAgreed: typed['agree'] === 'yes', errors },
    );
  const onlyIfOpen = (): void => {
    if (site.signUp === 'closed') throw notFound();
  };

  app.get('/signup', { config }, async (request, reply) => {
    onlyIfOpen();
    if (request.visitor !== null) return reply.redirect('/dashboard', 303);
    return form(request, reply, {}, {});
  });

  app.post('/signup', { config }, async (request, reply) => {
    onlyIfOpen();
    const read = readForm(signUpForm, request.body);
    if (!read.ok) return form(request, reply, read.typed, read.errors);
    await countTry(limiter, 'signupByAddress', request.ip);
    sendAfterwards(kit, read.values.email, await join(kit, read.values, occasionOf(request, kit.clock)));
    return reply.redirect('/signup/sent', 303);
  });

  app.get('/signup/sent', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'auth/sent', title: 'Look at your mail' },
      { what: 'confirm', toLog: !site.sendsMail },
    ),
  );
}
