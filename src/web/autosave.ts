import type { FastifyReply, FastifyRequest } from 'fastify';
import { clockTime } from '../lib/day.js';

/** Whether a form was sent by the script that saves while one types, which wants to know no more than whether it worked. */
export const wantsJson = (request: FastifyRequest): boolean => request.headers.accept === 'application/json';

/** What it is told where that worked: the version it has seen now, and when in the reader's zone. */
export const answerSaved = (
  reply: FastifyReply,
  { version, at, timeZone }: { version: number; at: Date; timeZone: string },
): FastifyReply => reply.send({ version, savedAt: clockTime(at, timeZone) });

/** And where it did not: somebody else has written since (`stale`), or fields cannot be used, a sentence each. */
export const answerUnsaved = (
  reply: FastifyReply,
  { isStale, errors }: { isStale: boolean; errors: Readonly<Record<string, string>> },
): FastifyReply => {
  const [message = 'This cannot be saved.'] = Object.values(errors);
  return isStale
    ? reply.status(409).send({ error: { code: 'stale', message } })
    : reply.status(422).send({ error: { code: 'invalid', message, fields: errors } });
};
