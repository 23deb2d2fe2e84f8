import type { FastifyInstance } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import type { Sync, Watch } from '../../sync/sync.js';
import { Fault } from '../../lib/fault.js';
import { secondMs } from '../../lib/clock.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions } from '../../web/live.js';
import { createHub } from './hub.js';
import { socketBook } from './sockets.js';

export const pingEveryMs = 25 * secondMs;
export const silentAfterMs = 60 * secondMs;

/** The page's socket: it marks its user online, and brings every region that has changed. */
export function liveRoutes(
  app: FastifyInstance,
  kit: Kit,
  { sync, regions }: { sync: Sync; regions: readonly LiveRegions[] },
): void {
  const { site, limiter } = kit;
  const views = new Map(regions.map((one) => [one.name, one]));
  const hub = createHub(sync, views, (error) => app.log.error({ err: error }, 'A region was not drawn.'));
  const sockets = socketBook();
  app.addHook('onClose', () => sockets.closeAll());

  app.get(
    '/live',
    {
      config: { access: 'user' },
      websocket: true,
      preValidation: async (request) => {
        // The browser sends cookies with any page's handshake; only its Origin tells whose page it is.
        if (request.headers.origin !== site.publicUrl)
          throw new Fault(403, 'cross_origin', 'This connection was opened by another site.');
        const { userId } = visitorOf(request);
        const taken = await limiter.take('socketsByUser', userId);
        if (!taken.allowed || sockets.isFull(userId))
          throw new Fault(429, 'too_many_requests', 'Too many pages are open at once.', {
            retryAfterS: Math.ceil(taken.retryAfterMs / secondMs) || 30,
          });
      },
    },
    (socket, request) => {
      const visitor = visitorOf(request);
      const query = new URLSearchParams(request.url.split('?')[1] ?? '');
      const view = query.get('view') ?? 'shell';
      query.delete('view');
      const watch = sync.open(visitor.userId);
      const leave = hub.join({ visitor, view, query, send: (html) => send(socket, html) });
      sockets.add(visitor.userId, visitor.doorId, socket);
      keepAlive(socket, watch, () => {
        leave();
        sockets.remove(visitor.userId, socket);
      });
    },
  );
}

/** A page that cannot keep up loses frames, not the server its memory: the next frame has everything anyway. */
const mostWaitingBytes = 1024 * 1024;

const send = (socket: WebSocket, html: string): void => {
  if (socket.readyState === socket.OPEN && socket.bufferedAmount < mostWaitingBytes) socket.send(html);
};

/** Pings every 25 s; a socket that was silent for 60 s is closed. */
function keepAlive(socket: WebSocket, watch: Watch, onClose: () => void): void {
  let heardAt = performance.now();
  const heard = (): void => {
    heardAt = performance.now();
    watch.heard();
  };
  const timer = setInterval(() => {
    if (performance.now() - heardAt >= silentAfterMs) socket.terminate();
    else socket.ping();
  }, pingEveryMs);
  socket.on('pong', heard);
  socket.on('message', heard);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(timer);
    watch.close();
    onClose();
  });
}
