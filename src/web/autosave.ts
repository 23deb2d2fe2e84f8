import type { FastifyRequest } from 'fastify';

/** Whether the script that saves while somebody types has sent a form: it is answered in JSON instead of a page. */
export const wantsJson = ({ headers }: FastifyRequest): boolean => headers.accept === 'application/json';
