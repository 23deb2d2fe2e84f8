import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { spendLink } from '../../data/links.js';
import { revokeTokens } from '../../data/tokens.js';
import { replacePassword, setVerified } from '../../data/users.js';
import { occasionOf } from '../../web/occasion.js';
import { mailedLink, type Secret } from '../../web/mailed-link.js';
import { countTry } from '../../web/too-many.js';
import { emailField, readForm, type Typed } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import type { Kit } from '../../web/kit.js';
import { newPasswordFor } from '../../web/passwords.js';
import { linkLetter, sendAfterwards } from './letters.js';

const askForm = z.object({ email: emailField });
const chooseForm = (email: string) => z.object({ password: newPasswordFor(email) });

/** Asking for the link. */
export function askForLinkRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page, limiter, site, clock } = kit;
  const config = { access: 'everyone' } as const;

  const ask = (request: FastifyRequest, reply: FastifyReply, typed: Typed, errors: Record<string, string>) =>
    page(
      request,
      reply,
      { view: 'auth/reset', title: 'New password', status: Object.keys(errors).length > 0 ? 422 : 200 },
      { email: typed['email'] ?? '', errors },
    );

  app.get('/reset', { config }, async (request, reply) => ask(request, reply, {}, {}));

  app.post('/reset', { config }, async (request, reply) => {
    const read = readForm(askForm, request.body);
    if (!read.ok) return ask(request, reply, read.typed, read.errors);
    const { email } = read.values;
    await countTry(limiter, 'resetByAddress', request.ip);
    const found = await db.lookup('email', email, clock.now());
    if (found !== null)
      sendAfterwards(kit, email, () => linkLetter(kit, { userId: found.user_id, kind: 'reset' }));
    return reply.redirect('/reset/sent', 303);
  });

  app.get('/reset/sent', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'auth/sent', title: 'Look at your mail' },
      { what: 'reset', toLog: !site.sendsMail },
    ),
  );
}

export function choosePasswordRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, cookies, clock } = kit;
  const config = { access: 'everyone' } as const;
  const { find, show } = mailedLink(kit, { kind: 'reset', view: 'auth/choose', title: 'Choose a password' });

  app.get<Secret>('/reset/:secret', { config }, async (request, reply) => {
    const link = await find(request.params.secret);
    return show(request, reply, link?.email ?? null);
  });

  app.post<Secret>('/reset/:secret', { config }, async (request, reply) => {
    const link = await find(request.params.secret);
    if (link === null) return show(request, reply, null);
    const read = readForm(chooseForm(link.email), request.body);
    if (!read.ok) return show(request, reply, link.email, read.errors);
    const passwordHash = await kit.passwords.hash(read.values.password);
    const at = clock.now();
    const done = await db.withTenant('app', link.user_id, async (tx) => {
      if (!(await spendLink(tx, link.user_id, link.id, at))) return false;
      await replacePassword(tx, link.user_id, passwordHash);
      await setVerified(tx, link.user_id, at); // whoever opened the letter owns the address
      await revokeTokens(tx, link.user_id); // whoever had the account may have made some
      await recordActivity(tx, link.user_id, occasionOf(request, clock), { what: 'password-reset' });
      return true;
    });
    if (!done) return show(request, reply, null);
    return sayNext(reply, cookies, 'password-reset').redirect('/login', 303);
  });
}
