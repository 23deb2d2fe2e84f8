import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isDuplicate } from '../../data/outage.js';
import { spendLink } from '../../data/links.js';
import { addUser, setVerified } from '../../data/users.js';
import { notFound } from '../../lib/fault.js';
import { secretHash } from '../../lib/secret.js';
import { countTry } from '../../web/too-many.js';
import { emailField, readForm, timeZoneField, type Typed } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import type { Kit, Message } from '../../web/kit.js';
import { newPasswordField } from '../../web/passwords.js';
import { knownLetter, linkLetter } from './letters.js';

const signUpForm = z.object({
  email: emailField,
  password: newPasswordField,
  timeZone: timeZoneField.catch('UTC'),
});

/** Adds an unverified person; the letter says how to go on, and to a known address that it is known. */
async function join(kit: Kit, values: z.infer<typeof signUpForm>): Promise<Message> {
  const { email, timeZone, password } = values;
  const userId = randomUUID();
  const passwordHash = await kit.passwords.hash(password);
  try {
    return await kit.db.withTenant('app', userId, async (tx) => {
      const createdAt = kit.clock.now();
      await addUser(tx, { userId, email, passwordHash, timeZone, role: 'user', verifiedAt: null, createdAt });
      return linkLetter(tx, kit, { userId, email, kind: 'verify' });
    });
  } catch (error) {
    if (isDuplicate(error, 'users_by_email')) return knownLetter(email, kit.site);
    throw error;
  }
}

type Secret = { Params: { secret: string } };

export function signUpRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, limiter, cookies, site } = kit;
  const config = { access: 'everyone' } as const;

  const form = (request: FastifyRequest, reply: FastifyReply, typed: Typed, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/sign-up', title: 'Sign up', status: Object.keys(errors).length > 0 ? 422 : 200 },
      { email: typed['email'] ?? '', errors },
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
    kit.sendMail(await join(kit, read.values));
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

  app.get<Secret>('/verify/:secret', { config }, async (request, reply) => {
    const link = await db.lookup('link', secretHash(request.params.secret), kit.clock.now());
    return page(
      request,
      reply,
      { view: 'auth/verify', title: 'Confirm your address', status: link?.kind === 'verify' ? 200 : 404 },
      { email: link?.kind === 'verify' ? link.email : null, secret: request.params.secret },
    );
  });

  app.post<Secret>('/verify/:secret', { config }, async (request, reply) => {
    const at = kit.clock.now();
    const link = await db.lookup('link', secretHash(request.params.secret), at);
    if (link?.kind !== 'verify')
      return reply.redirect(`/verify/${encodeURIComponent(request.params.secret)}`, 303);
    await db.withTenant('app', link.user_id, async (tx) => {
      if (await spendLink(tx, link.user_id, link.id, at)) await setVerified(tx, link.user_id, at);
    });
    return sayNext(reply, cookies, 'verified').redirect('/login', 303);
  });
}
