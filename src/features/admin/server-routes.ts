import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nobody } from '../../data/database.js';
import { forgetUnknownServer, knownServers, unknownServers } from '../../data/servers.js';
import { readForm } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { when } from '../../web/words.js';

const config = { access: 'admin' } as const;
const named = z.object({ server: z.string().max(200) });

/** Brokers' servers: how many are read from, and those that no terminal finds. */
export const serversView = async ({ db }: Pick<Kit, 'db'>, { timeZone }: Visitor) => {
  const [known, unknown] = await db.withTenant('sync', nobody, (tx) =>
    Promise.all([knownServers(tx), unknownServers(tx)]),
  );
  return {
    known: known.length,
    unknown: unknown.map(({ server, asked, asked_at: at }) => ({
      server,
      asked: asked === 1 ? 'once' : `${asked} times`,
      at: when(at, timeZone),
    })),
  };
};

export function serverRoutes(app: FastifyInstance, kit: Kit): void {
  const show = async (request: FastifyRequest, reply: FastifyReply) =>
    kit.region(
      request,
      reply,
      { view: 'admin/_servers' },
      { servers: await serversView(kit, visitorOf(request)) },
    );
  app.get('/admin/terminals/servers', { config }, show);
  app.post('/admin/terminals/servers/removal', { config }, async (request, reply) => {
    const read = readForm(named, request.body);
    if (read.ok) await kit.db.withTenant('sync', nobody, (tx) => forgetUnknownServer(tx, read.values.server));
    return show(request, reply);
  });
}
