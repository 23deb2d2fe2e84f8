import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Database } from '../../data/database.js';
import { answers, type ApiApp } from '../../web/api.js';
import type { Status } from './status.js';

/** For load balancers and watchdogs: is the process up, and does its database answer? No tenant's row is read. */
export function healthRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  app.get('/healthz', { config: { access: 'everyone' } }, async (_request, reply) => {
    await db.ping();
    return reply.send({ ok: true });
  });
}

const level = z.enum(['green', 'amber', 'red', 'down']);
const status = z.object({
  version: z.string(),
  at: z.iso.datetime(),
  level,
  process: z
    .object({ url: z.string(), startedAt: z.iso.datetime(), uptimeS: z.number(), rssBytes: z.number() })
    .nullable(),
  checks: z.array(z.object({ name: z.string(), level, says: z.string(), fix: z.string().nullable() })),
}) satisfies z.ZodType<Status>;

/** What `rawjournal status --json` prints, for administrators. */
export function statusApiRoutes(app: ApiApp, { readStatus }: { readStatus: () => Promise<Status> }): void {
  app.get(
    '/status',
    {
      config: { access: 'api:admin' },
      schema: { summary: 'The state of the installation (administrators)', response: answers(status) },
    },
    async () => readStatus(),
  );
}
