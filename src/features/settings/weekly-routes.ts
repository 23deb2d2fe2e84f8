import type { FastifyInstance } from 'fastify';
import { setWeeklyLetter } from '../../data/users.js';
import type { Kit } from '../../web/kit.js';

type Secret = { Params: { secret: string } };

/**
 * The page behind the link of a weekly letter. Whoever has the letter ends the letters, signed in or not; mail programs do
 * so by themselves with one click (RFC 8058), without having seen the page and its form token: the link is signed.
 */
export function weeklyRoutes(app: FastifyInstance, { db, page, mail }: Kit): void {
  const config = { access: 'everyone' } as const;
  const view = { view: 'settings/weekly', title: 'Letters about your week' };

  app.get<Secret>('/letters/weekly/:secret', { config }, async (request, reply) => {
    const { secret } = request.params;
    const isKnown = mail.weeklyReader(secret) !== null;
    const status = isKnown ? 200 : 404;
    return page(request, reply, { ...view, status }, { secret, state: isKnown ? 'asked' : 'dead' });
  });

  app.post<Secret>('/letters/weekly/:secret', { config: { access: 'signed' } }, async (request, reply) => {
    const { secret } = request.params;
    const userId = mail.weeklyReader(secret);
    if (userId === null) return page(request, reply, { ...view, status: 404 }, { secret, state: 'dead' });
    await db.withTenant('app', userId, (tx) => setWeeklyLetter(tx, userId, false));
    return page(request, reply, view, { secret, state: 'ended' });
  });
}
