import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyBaseLogger, RawServerDefault } from 'fastify';
import { jsonSchemaTransform, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** A Fastify scope, made by `withTypeProvider`, whose bodies, queries and answers are checked by zod schemas. */
export type ApiApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});

/** The answers of an API route: its own, and the error shape for everything else. */
export const answers = <S extends z.ZodType>(ok: S) => answersWith(200, ok);

/** The same where success has another number: made, accepted, nothing left to say, another protocol. */
export const answersWith = <N extends 101 | 200 | 201 | 202 | 204, S extends z.ZodType>(status: N, ok: S) =>
  ({ [status]: ok, '4xx': problem, '5xx': problem }) as Record<N, S> & Record<'4xx' | '5xx', typeof problem>;

/** Prepares a scope for API routes and describes them as OpenAPI. */
export async function describeApi(
  app: FastifyInstance,
  site: { version: string; publicUrl: string },
): Promise<void> {
  // Programs send JSON; forms and plain text belong to pages.
  app.removeContentTypeParser(['application/x-www-form-urlencoded', 'text/plain']);
  app.setValidatorCompiler(validatorCompiler);
  // Answers have the type of their schema; to check each row once more would cost as much as to read it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(swagger, {
    transform: jsonSchemaTransform,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'RawJournal',
        version: site.version,
        description:
          'Money and volumes are decimal strings, times ISO 8601 in UTC, unknown is null. Tokens are made in the settings.',
      },
      servers: [{ url: site.publicUrl }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
}
