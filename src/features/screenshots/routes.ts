import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../lib/fault.js';
import { visitorOf } from '../../web/kit.js';
import { changeRoutes } from './change-routes.js';
import { keepSending, type ScreenshotDeps } from './keep.js';
import { ownTradeId, type ById } from './own.js';
import { closeAll, type Sending } from './receive.js';
import { receiveFirst, takeSending } from './sendings.js';
import { serveRoutes } from './serve-routes.js';
import { showRefused } from './shown.js';
import { picturesView } from './view.js';

const config = { access: 'user' } as const;

/** Keeps what was sent; the sentences of what was refused, '' where all is well. Throws what is no matter of the form. */
async function refusalOf(
  deps: ScreenshotDeps,
  place: { userId: string; tradeId: string },
  sending: Sending,
): Promise<string> {
  try {
    const { refused } = await keepSending(deps, place, sending);
    return [...new Set(refused.map(({ sentence }) => sentence))].join(' ');
  } catch (error) {
    if (error instanceof Fault && error.status < 500 && error.status !== 404) return error.message;
    throw error;
  }
}

/** Pictures of a trade: the region that shows them, and sending more. */
export function screenshotRoutes(app: FastifyInstance, deps: ScreenshotDeps): void {
  const { kit } = deps;

  app.get<ById>('/trades/:id/screenshots', { config }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const tradeId = await ownTradeId(kit, request);
    const asked = { tradeId, timeZone, error: '', refused: null };
    const pictures = await kit.db.withTenant('app', userId, (tx) => picturesView(tx, userId, asked));
    return kit.region(request, reply, { view: 'screenshots/_pictures' }, { pictures });
  });

  const keep = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const sending = takeSending(request);
    try {
      const { userId } = visitorOf(request);
      const tradeId = await ownTradeId(kit, request);
      const error = await refusalOf(deps, { userId, tradeId }, sending);
      if (error !== '') return await showRefused(kit, request, reply, { tradeId, error });
      return await reply.redirect(`/trades/${tradeId}#screenshots`, 303);
    } finally {
      await closeAll(sending.pictures);
    }
  };
  app.post<ById>('/trades/:id/screenshots', { config, preValidation: receiveFirst(deps) }, keep);

  changeRoutes(app, deps);
  serveRoutes(app, deps);
}
