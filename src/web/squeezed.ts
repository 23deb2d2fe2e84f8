import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const [toGzip, toBrotli] = [promisify(gzip), promisify(brotliCompress)];
// As quick as gzip, and a tenth smaller. Each takes memory by its window, which is 4 MB unless it is told.
const windowBits = 17;
const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: windowBits },
};
/** What a client may take, the best first. */
const ways: readonly (readonly [name: string, squeeze: (text: string) => Promise<Buffer>])[] = [
  ['br', (text) => toBrotli(text, brotli)],
  ['gzip', (text) => toGzip(text, { level: 5 })],
];
/** Shorter answers do not get shorter. */
const leastLength = 1_400;

const variesBy = (reply: FastifyReply, name: string): void => {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? name : `${String(before)}, ${name}`);
};

/** A hook for routes that answer with long columns of numbers. */
export async function squeezed(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== 'string' || payload.length < leastLength) return payload;
  variesBy(reply, 'accept-encoding');
  const taken = (request.headers['accept-encoding'] ?? '').split(/[\s,;]+/);
  const way = ways.find(([name]) => taken.includes(name));
  if (way === undefined) return payload;
  const [name, squeeze] = way;
  void reply.header('content-encoding', name).removeHeader('content-length');
  return squeeze(payload);
}

/**
 * Pages shrink to a tenth or fifth where the client takes them so. A form's token is another each time it is written down, so
 * what is guessed beside it makes no page shorter.
 */
export const squeezePages = (app: FastifyInstance): void =>
  void app.addHook('onSend', async (request, reply, payload) => {
    const isPage = /^text\/html/.test(String(reply.getHeader('content-type')));
    return isPage ? squeezed(request, reply, payload) : payload;
  });
