import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { listAccounts } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import { tradedNames } from '../../data/traded-names.js';
import { visitorOf, type Kit } from '../../web/kit.js';

/** Symbols that are held or were traded, by their plain names. */
async function namesOf(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from (${tradedNames(userId)}) traded
    union select name from positions where user_id = ${userId}
    order by name`.execute(tx);
  return rows.map(({ name }) => name);
}

/** What Ctrl-K reaches beyond the pages: asked for when it is opened, so that no page has to carry it. */
export function paletteRoutes(app: FastifyInstance, { db, region }: Kit): void {
  app.get('/palette', { config: { access: 'user' } }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const [accounts, names] = await db.withTenant('app', userId, (tx) =>
      Promise.all([listAccounts(tx, userId), namesOf(tx, userId)]),
    );
    return region(
      request,
      reply,
      { view: 'palette/_own' },
      {
        accounts: accounts.map(({ id, label, server, login }) => ({
          ...{ id, label, href: `/accounts/${id}` },
          note: [login, server].filter(Boolean).join(' · '),
        })),
        symbols: names.map((name) => ({ name, href: `/trades?symbol=${encodeURIComponent(name)}` })),
      },
    );
  });
}
