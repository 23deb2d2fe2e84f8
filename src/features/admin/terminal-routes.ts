import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../lib/fault.js';
import type { Terminals } from '../../terminals/supervisor.js';
import type { MarketDesk } from '../../sync/market-source.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { EngineFacts } from '../../web/queue-words.js';
import { marketView } from './market-view.js';
import { serversView } from './server-routes.js';
import { queueView, terminalsView } from './terminal-view.js';

const config = { access: 'admin' } as const;

/** Terminals and queue as they are now, and a terminal's new start. */
export function terminalRoutes(
  app: FastifyInstance,
  kit: Kit,
  {
    readEngine,
    terminals,
    market,
  }: { readEngine: () => Promise<EngineFacts>; terminals: Terminals | null; market: MarketDesk | null },
): void {
  const { clock, page, region } = kit;
  const show = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    region(
      request,
      reply,
      { view: 'admin/_terminals' },
      terminalsView(await readEngine(), clock.now().getTime()),
    );

  app.get('/admin/terminals', { config }, async (request, reply) => {
    const seen = await readEngine();
    const prices = await marketView({ market, terminals }, visitorOf(request));
    const servers = await serversView(kit, visitorOf(request));
    const rows = terminalsView(seen, clock.now().getTime());
    const regions = { ...queueView(seen), ...rows, market: prices, servers };
    const view = { view: 'admin/terminals', title: 'Terminals', section: 'admin' };
    return page(request, reply, view, { tab: 'terminals', ...regions });
  });
  app.get('/admin/terminals/list', { config }, show);
  app.get('/admin/terminals/queue', { config }, async (request, reply) =>
    region(request, reply, { view: 'admin/_queue' }, queueView(await readEngine())),
  );

  app.post<{ Params: { number: string } }>(
    '/admin/terminals/:number/restarts',
    { config },
    async (request, reply) => {
      const { number } = request.params;
      const slot = terminals?.slots.find((one) => String(one.number) === number);
      if (slot === undefined) throw notFound();
      terminals?.restart(slot.number);
      return show(request, reply);
    },
  );
}
