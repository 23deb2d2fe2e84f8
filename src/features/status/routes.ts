import type { FastifyInstance } from 'fastify';
import type { Database } from '../../data/database.js';
import { answers, type ApiApp } from '../../web/api.js';
import { statusShape } from './shape.js';
import type { Status } from './status.js';

/** For load balancers and watchdogs: is the process up, and does its database answer? No tenant's row is read. */
export function healthRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  app.get('/healthz', { config: { access: 'everyone' } }, async (_request, reply) => {
    await db.ping();
    return reply.send({ ok: true });
  });
}

/** What `rawjournal status --json` prints, for administrators. */
export function statusApiRoutes(app: ApiApp, { readStatus }: { readStatus: () => Promise<Status> }): void {
  app.get(
    '/status',
    {
      config: { access: 'api:admin' },
      schema: { summary: 'The state of the installation (administrators)', response: answers(statusShape) },
    },
    async () => readStatus(),
  );
}
