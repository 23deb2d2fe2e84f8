import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.js';

/**
 * One JSON object a line. What a request carried is listed here by name and nothing else is printed: no bodies, no
 * cookies, no query; and the route's pattern in place of the address, which may hold a mailed secret.
 */
export const createLog = (level: Config['logLevel'], stream?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      redact: {
        paths: ['*.password', '*.secret', '*.token', 'password', 'secret', 'token'],
        censor: '[hidden]',
      },
      serializers: {
        req: (request: { id: string; method: string; routeOptions?: { url?: string }; ip?: string }) => ({
          id: request.id,
          method: request.method,
          route: request.routeOptions?.url ?? '(none)',
          ip: request.ip,
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      },
    },
    ...(stream === undefined ? [] : [stream]),
  );
