import '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownTradeId } from './own.js';
import type { ScreenshotDeps } from './keep.js';
import { closeAll, receivePictures, type Sending } from './receive.js';

const arrived = new WeakMap<FastifyRequest, Sending>();

/** What came with a request; from here on the caller closes its files. Nothing where the body was no form with files. */
export function takeSending(request: FastifyRequest): Sending {
  const sending = arrived.get(request) ?? { pictures: [], fields: { _csrf: '', caption: '' } };
  arrived.delete(request);
  return sending;
}

/**
 * Takes the body before the form's token is looked at, which is in it; and before that, a trade of somebody else is not
 * there. The files of a request that gets no further are closed with its answer.
 */
export const receiveFirst =
  ({ kit, pictures }: ScreenshotDeps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await ownTradeId(kit, request);
    if (!request.isMultipart()) return;
    const sending = await receivePictures(request, pictures);
    arrived.set(request, sending);
    request.body = sending.fields;
    reply.raw.once('close', () => void closeAll(takeSending(request).pictures));
  };
