import '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../lib/fault.js';
import { visitorOf } from '../../web/kit.js';
import { keepSending, type ScreenshotDeps } from './keep.js';
import { ownTradeId } from './own.js';
import { closeAll, receivePictures, type Sending } from './receive.js';
import { showRefused, type ById } from './show-routes.js';

interface Arrived {
  tradeId: string;
  sending: Sending;
}

const arrived = new WeakMap<FastifyRequest, Arrived>();

/** What came with a request that `receiveFirst` has received; from here on the caller closes its files. */
export function takeArrived(request: FastifyRequest): Arrived {
  const found = arrived.get(request);
  if (found === undefined) throw new Error('Nothing has arrived with this request.');
  arrived.delete(request);
  return found;
}

/**
 * Takes the body before the form's token is looked at, which is in it; and before that, a trade of somebody else is not
 * there. The files of a request that gets no further are closed with its answer.
 */
export const receiveFirst =
  ({ kit, pictures }: ScreenshotDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { userId } = visitorOf(request);
    const { id } = request.params as ById['Params'];
    const tradeId = await kit.db.withTenant('app', userId, (tx) => ownTradeId(tx, userId, id));
    const nothing: Sending = { pictures: [], fields: { _csrf: '', caption: '' } };
    const sending = request.isMultipart() ? await receivePictures(request, pictures) : nothing;
    if (request.isMultipart()) request.body = sending.fields;
    arrived.set(request, { tradeId, sending });
    reply.raw.once('close', () => {
      if (arrived.delete(request)) void closeAll(sending.pictures);
    });
  };

/** Keeps what was sent; the sentences of what was refused, '' where all is well. Throws what is no matter of the form. */
async function refusalOf(
  deps: ScreenshotDeps,
  userId: string,
  { tradeId, sending }: Arrived,
): Promise<string> {
  try {
    const { refused } = await keepSending(deps, { userId, tradeId }, sending);
    return [...new Set(refused.map(({ sentence }) => sentence))].join(' ');
  } catch (error) {
    if (error instanceof Fault && error.status < 500 && error.status !== 404) return error.message;
    throw error;
  }
}

/** Sending pictures of a trade. */
export function sendRoutes(app: FastifyInstance, deps: ScreenshotDeps): void {
  const options = { config: { access: 'user' }, preValidation: receiveFirst(deps) } as const;
  app.post<ById>('/trades/:id/screenshots', options, async (request, reply) => {
    const came = takeArrived(request);
    const { tradeId, sending } = came;
    try {
      const error = await refusalOf(deps, visitorOf(request).userId, came);
      if (error !== '') return await showRefused(deps.kit, request, reply, { tradeId, error });
      return await reply.redirect(`/trades/${tradeId}#screenshots`, 303);
    } finally {
      await closeAll(sending.pictures);
    }
  });
}
