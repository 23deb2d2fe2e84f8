import type { FastifyInstance } from 'fastify';
import type { Billing } from '../../billing/desk.js';
import { Fault, notFound } from '../../lib/fault.js';
import type { Kit } from '../../web/kit.js';

const mostBytes = 512 * 1024;

/** The payment service's messages. Their signature is over the bytes as they came, so nothing reads them before. */
export function webhookRoutes(app: FastifyInstance, { limiter }: Kit, billing: Billing | null): void {
  void app.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post(
      '/stripe/webhooks',
      { config: { access: 'signed' }, bodyLimit: mostBytes },
      async (request, reply) => {
        if (billing === null) throw notFound();
        const { allowed, retryAfterMs } = await limiter.take('webhookByAddress', request.ip);
        if (!allowed)
          throw new Fault(429, 'too_many_requests', 'Too many messages at once.', {
            retryAfterS: Math.ceil(retryAfterMs / 1000),
          });
        const signature = request.headers['stripe-signature'];
        const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        try {
          const received = await billing.receive({
            raw,
            signature: typeof signature === 'string' ? signature : '',
          });
          return await reply.send({ received });
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          if (error.code === 'bad_signature')
            request.log.warn(
              { from: request.ip, bytes: raw.length },
              'A webhook without a valid signature was refused.',
            );
          else request.log.warn({ err: error.cause }, error.message);
          return reply.code(error.status).send({ error: { code: error.code, message: error.message } });
        }
      },
    );
    ready();
  });
}
