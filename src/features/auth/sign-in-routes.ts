import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { credentialsOf, isClaimed } from '../../data/users.js';
import { recordActivity } from '../../data/audit.js';
import { closeSession } from '../../data/sessions.js';
import { nobody, type Found } from '../../data/database.js';
import { localPath } from '../../lib/local-path.js';
import { countTry } from '../../web/too-many.js';
import { emailField, passwordField, readForm, type Typed } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { enter, takeSession } from '../../web/cookies.js';
import { deviceOf, keepDevice } from '../../web/device.js';
import { originOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { letIn, noteRefusal, slowDown } from './entry.js';
import { linkLetter, sendAfterwards } from './letters.js';

const signInForm = z.object({
  email: emailField,
  password: passwordField,
  next: z.string().optional().catch(undefined),
});
const notTogether = 'This email and password do not belong together.';

type Checked =
  { outcome: 'refused' } | { outcome: 'unverified' | 'right'; found: Found; passwordHash: string };

/** Compares a password in the same steps and the same time whether or not the address is known. */
async function check(kit: Kit, email: string, password: string): Promise<Checked> {
  const found = await kit.db.lookup('email', email, kit.clock.now());
  // For an unknown address the same questions are asked as for a known one.
  const userId = found?.user_id ?? nobody;
  const known = await kit.db.withTenant('app', userId, (tx) => credentialsOf(tx, userId));
  const isRight = await kit.passwords.verify(known?.password_hash ?? null, password);
  if (!isRight || found === null || known === undefined) return { outcome: 'refused' };
  const outcome = known.verified_at === null ? 'unverified' : 'right';
  return { outcome, found, passwordHash: known.password_hash };
}

export function signInRoutes(app: FastifyInstance, kit: Kit): void {
  const { page, cookies, limiter } = kit;

  const form = (request: FastifyRequest, reply: FastifyReply, typed: Typed, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/sign-in', title: 'Sign in', status: Object.keys(errors).length > 0 ? 422 : 200 },
      {
        email: typed['email'] ?? '',
        next: localPath(typed['next'], ''),
        errors,
        canSignUp: kit.site.signUp === 'open',
        hasDemo: kit.demo !== null,
      },
    );

  app.get<{ Querystring: { next?: string } }>(
    '/login',
    { config: { access: 'everyone' } },
    async (request, reply) => {
      if (request.visitor !== null) return reply.redirect('/dashboard', 303);
      if (!(await isClaimed(kit.db))) return reply.redirect('/setup', 303);
      return form(request, reply, { next: localPath(request.query.next, '') }, {});
    },
  );

  app.post('/login', { config: { access: 'everyone' } }, async (request, reply) => {
    await countTry(limiter, 'loginByAddress', request.ip);
    const read = readForm(signInForm, request.body);
    if (!read.ok) return form(request, reply, read.typed, read.errors);
    const { email, password, next } = read.values;
    await slowDown(kit, email);
    const checked = await check(kit, email, password);
    if (checked.outcome === 'refused') {
      noteRefusal(kit, email, occasionOf(request, kit.clock, 'stranger'));
      return form(request, reply, read.typed, { form: notTogether });
    }
    const { user_id: userId } = checked.found;
    if (checked.outcome === 'unverified') {
      sendAfterwards(kit, email, () => linkLetter(kit, { userId, kind: 'verify' }));
      return reply.redirect('/signup/sent', 303);
    }
    await limiter.forget('loginByAccount', email);
    const device = deviceOf(request, kit);
    const from = { device, origin: originOf(request), occasion: occasionOf(request, kit.clock) };
    const opened = await letIn(kit, userId, { ...checked, password, ...from });
    if (opened === null) return form(request, reply, read.typed, { form: notTogether });
    const goal = opened.isFirst ? '/welcome' : localPath(next, '/dashboard');
    const to = {
      code: `/login/code?next=${encodeURIComponent(goal)}`,
      leaving: '/leaving',
      full: goal,
    };
    const entered = enter(keepDevice(reply, cookies, device), cookies, opened.secret);
    return entered.redirect(to[opened.stage], 303);
  });
}

export function signOutRoutes(app: FastifyInstance, { db, cookies, clock }: Kit): void {
  app.post('/logout', { config: { access: 'user' } }, async (request, reply) => {
    const { visitor } = request;
    if (visitor !== null)
      await db.withTenant('app', visitor.userId, async (tx) => {
        await closeSession(tx, visitor.userId, visitor.doorId);
        await recordActivity(tx, visitor.userId, occasionOf(request, clock), { what: 'signed-out' });
      });
    sayNext(takeSession(reply, cookies), cookies, 'signed-out');
    return reply.clearCookie(cookies.csrf, cookies.flags).redirect('/login', 303);
  });
}
