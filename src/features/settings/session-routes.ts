import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { recordActivity } from '../../data/audit.js';
import type { Tx } from '../../data/database.js';
import { closeSession, closeSessions } from '../../data/sessions.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { device, when } from '../../web/words.js';
import { openSessions } from './queries.js';

type Id = { Params: { id: string } };

/** The sessions of a person as the region shows them, the one that asks marked. */
export const sessionRows = async (tx: Tx, { userId, doorId, timeZone }: Visitor) =>
  (await openSessions(tx, userId)).map((session) => ({
    id: session.id,
    device: device(session.agent),
    address: session.address,
    began: when(session.created_at, timeZone),
    seen: when(session.seen_at, timeZone),
    isThis: session.id === doorId,
  }));

/** The region of open sessions, and ending them. */
export function sessionRoutes(app: FastifyInstance, { db, region, clock }: Kit): void {
  const config = { access: 'user' } as const;

  const showSessions = async (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = visitorOf(request);
    const sessions = await db.withTenant('app', visitor.userId, (tx) => sessionRows(tx, visitor));
    return region(request, reply, { view: 'settings/_sessions' }, { sessions });
  };

  const noteEnded = async (tx: Tx, request: FastifyRequest, count: number): Promise<void> => {
    const ended = { what: 'sessions-ended', details: { count } } as const;
    if (count > 0) await recordActivity(tx, visitorOf(request).userId, occasionOf(request, clock), ended);
  };

  app.get('/settings/security/sessions', { config }, async (request, reply) => showSessions(request, reply));

  app.post<Id>('/settings/security/sessions/:id/revocation', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idField.safeParse(request.params.id);
    if (!id.success) throw notFound();
    await db.withTenant('app', userId, async (tx) => {
      if (!(await closeSession(tx, userId, id.data))) throw notFound();
      await noteEnded(tx, request, 1);
    });
    return showSessions(request, reply);
  });

  app.post('/settings/security/sessions/revocations', { config }, async (request, reply) => {
    const { userId, doorId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) =>
      noteEnded(tx, request, await closeSessions(tx, userId, doorId)),
    );
    return showSessions(request, reply);
  });
}
