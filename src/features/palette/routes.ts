import type { FastifyInstance } from 'fastify';
import { listAccounts } from '../../data/accounts.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { knownNames } from './queries.js';
import { findTrades, tradeOption } from './trades.js';

/** What Ctrl-K reaches beyond the pages: asked for when it is opened, so that no page has to carry it. */
export function paletteRoutes(app: FastifyInstance, { db, region }: Kit): void {
  const config = { access: 'user' } as const;

  app.get('/palette', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const [accounts, names] = await db.withTenant('app', userId, (tx) =>
      Promise.all([listAccounts(tx, userId), knownNames(tx, userId)]),
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
        symbols: names.map((name) => ({
          ...{ name, href: `/trades?symbol=${encodeURIComponent(name)}` },
          chartHref: `/charts/${encodeURIComponent(name)}`,
        })),
      },
    );
  });

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    '/palette/trades',
    { config },
    async (request, reply) => {
      const { userId, timeZone } = visitorOf(request);
      const { q } = request.query;
      const search = typeof q === 'string' ? q : '';
      const found = await db.withTenant('app', userId, (tx) => findTrades(tx, userId, search));
      const trades = found.map((trade) => tradeOption(trade, timeZone));
      return region(request, reply, { view: 'palette/_trades' }, { trades });
    },
  );
}
