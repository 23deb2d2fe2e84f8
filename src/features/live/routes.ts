import type { FastifyInstance } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import { listAccounts } from '../../data/accounts.js';
import { listPositions } from '../../data/positions.js';
import { Fault } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import type { Sockets } from '../../web/sockets.js';
import { createHub } from './hub.js';

/** The page's socket: it marks its user online, and brings every region that has changed. */
export function liveRoutes(
  app: FastifyInstance,
  { site, db, clock }: Kit,
  { sync, sockets, regions }: { sync: Sync; sockets: Sockets; regions: readonly LiveRegions[] },
): void {
  const hub = createHub({
    feed: sync.feed,
    clock,
    views: regions,
    look: (userId, followed) =>
      db.withTenant('app', userId, async (tx) => {
        const [accounts, positions] = await Promise.all([
          listAccounts(tx, userId),
          listPositions(tx, userId),
        ]);
        for (const { follower, queries } of followed) await follower.read?.(tx, accounts, queries);
        return { accounts, positions };
      }),
    onError: (error) => app.log.error({ err: error }, 'A region was not drawn.'),
  });

  app.get(
    '/live',
    {
      config: { access: 'user' },
      websocket: true,
      preValidation: async (request) => {
        // The browser sends cookies with any page's handshake; only its Origin tells whose page it is.
        if (request.headers.origin !== site.publicUrl)
          throw new Fault(403, 'cross_origin', 'This connection was opened by another site.');
        await sockets.admit(request);
      },
    },
    (socket, request) => {
      const visitor = visitorOf(request);
      const query = new URLSearchParams(request.url.split('?')[1] ?? '');
      const view = query.get('view') ?? 'shell';
      query.delete('view');
      sockets.keep(request, socket, () => {
        const watch = sync.open(visitor.userId);
        const leave = hub.join({ visitor, view, query, send: (html) => send(socket, html) });
        return {
          heard: () => watch.heard(),
          close: () => {
            leave();
            watch.close();
          },
        };
      });
    },
  );
}

/** A page that cannot keep up loses frames, not the server its memory; once it has drained it gets everything. */
const mostWaitingBytes = 1024 * 1024;

const send = (socket: WebSocket, html: string): boolean => {
  if (socket.bufferedAmount > mostWaitingBytes) return false;
  if (socket.readyState === socket.OPEN) socket.send(html);
  return true;
};
