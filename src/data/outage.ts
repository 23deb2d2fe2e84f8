import { Fault } from '../lib/fault.js';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// 57P0x: shutting down, crashed, starting up. 53300: no connection left. 25P03: idle too long, so cut.
const serverCodes = new Set(['57P01', '57P02', '57P03', '53300', '25P03']);
// What `pg` says in words only.
const words =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|the database system is/i;

/** True when the database could not be reached or went away; the same request may succeed later. */
export const isOutage = (error: unknown): boolean => {
  const code = codeOf(error);
  if (socketCodes.has(code) || serverCodes.has(code) || code.startsWith('08')) return true;
  return error instanceof Error && words.test(error.message);
};

/** True for a deadlock or a serialization failure: nothing was written, and trying again is right. */
export const isCollision = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error));

/** True when a unique constraint refused the row; `constraint` narrows it to one. */
export const isDuplicate = (error: unknown, constraint: string): boolean =>
  codeOf(error) === '23505' &&
  error instanceof Error &&
  'constraint' in error &&
  error.constraint === constraint;

export const outage = (cause: unknown): Fault =>
  new Fault(
    503,
    'database_unavailable',
    'The database is not answering. What you sent may not have been saved; try again in a few seconds.',
    {
      retryAfterS: 5,
      cause,
    },
  );
