import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isDuplicate } from '../../data/outage.js';
import { addUser } from '../../data/users.js';
import { notFound } from '../../lib/fault.js';
import { countTry } from '../../web/too-many.js';
import { emailField, readForm, timeZoneField, type Typed } from '../../web/form.js';
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

export function signUpRoutes(app: FastifyInstance, kit: Kit): void {
  const { page, limiter, site } = kit;
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
}
