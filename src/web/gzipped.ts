import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const squeeze = promisify(gzip);
/** Shorter answers do not get shorter. */
const leastLength = 1_400;

const variesBy = (reply: FastifyReply, name: string): void => {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? name : `${String(before)}, ${name}`);
};

async function squeezed(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (typeof payload !== 'string' || payload.length < leastLength) return payload;
  variesBy(reply, 'accept-encoding');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return payload;
  void reply.header('content-encoding', 'gzip').removeHeader('content-length');
  return squeeze(payload, { level: 5 });
}

/**
 * Pages and answers that are made on the spot shrink to a tenth or fifth where the client takes gzip. A form's token is another
 * each time it is written down, so what is guessed beside it makes no page shorter.
 */
export const squeezeAnswers = (app: FastifyInstance): void => void app.addHook('onSend', squeezed);
