import type { WebSocket } from '@fastify/websocket';
import { Fault } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { answersWith, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { Sockets } from '../../web/sockets.js';
import { createStreamHub } from './hub.js';
import { messageReader, messageShape } from './messages.js';

export const streamProtocol = 'rawjournal.v1';

const description =
  'Answers with numbered JSON messages: a SNAPSHOT first, then what changes. Whoever has missed a number sends ' +
  '{"type":"SNAPSHOT"} and gets a new one, at most one a second. A program that cannot keep up gets no changes ' +
  'until it has caught up, and then a SNAPSHOT; trades it was not told of are in /trades. Where no header can be set, the token is offered as a subprotocol: ' +
  `"${streamProtocol}, bearer.<token>".`;

/** What pages are told, for programs. An open stream counts as a page: its user is online. */
export function streamRoutes(
  app: ApiApp,
  kit: Kit,
  { sync, sockets }: { sync: Sync; sockets: Sockets },
): void {
  const hub = createStreamHub({
    feed: sync.feed,
    reader: messageReader(kit, sync),
    clock: kit.clock,
    onError: (error) => app.log.error({ err: error }, 'A stream was not told what has changed.'),
  });

  app.route({
    method: 'GET',
    url: '/stream',
    config: { access: 'api:read' },
    schema: {
      summary: 'Everything that changes, as it happens (WebSocket)',
      description,
      response: answersWith(101, messageShape),
    },
    preValidation: async (request) => {
      if (!request.ws) throw new Fault(426, 'upgrade_required', 'Connect to this address with a WebSocket.');
      await sockets.admit(request);
    },
    handler: () => {
      throw new Fault(426, 'upgrade_required', 'Connect to this address with a WebSocket.');
    },
    wsHandler: (socket, request) => {
      const { userId } = visitorOf(request);
      sockets.keep(request, socket, () => {
        const watch = sync.open(userId);
        const subscription = hub.join(userId, {
          waitingBytes: () => socket.bufferedAmount,
          send: (text) => {
            if (socket.readyState === socket.OPEN) socket.send(text, () => subscription.sent());
          },
        });
        socket.on('message', (data: Buffer) => {
          if (isQuestion(data)) subscription.ask();
        });
        return {
          heard: () => watch.heard(),
          close: () => {
            subscription.leave();
            watch.close();
          },
        };
      });
    },
  });
}

type Said = Parameters<Parameters<WebSocket['on']>[1]>[0];

/** `{"type":"SNAPSHOT"}`; whatever else is said means nothing. */
const isQuestion = (data: Said): boolean => {
  const text = String(data);
  if (text.length > 1_000) return false;
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null && 'type' in said && said.type === 'SNAPSHOT';
  } catch {
    return false;
  }
};
