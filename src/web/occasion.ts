import type { FastifyRequest } from 'fastify';
import type { DoneBy, Occasion } from '../domain/activity.js';
import type { Clock } from '../lib/clock.js';
import { shortAddress } from './address.js';
import { device } from './words.js';

const isProgram = ({ routeOptions }: FastifyRequest): boolean =>
  routeOptions.config.access?.startsWith('api:') === true;

/** When and from where a request does something. Whoever is let in does it, unless it is said to be somebody else. */
export const occasionOf = (
  request: FastifyRequest,
  clock: Clock,
  by: DoneBy = isProgram(request) ? 'program' : 'owner',
): Occasion => ({
  at: clock.now(),
  by,
  address: shortAddress(request.ip),
  device: by === 'program' ? '' : device(request.headers['user-agent'] ?? ''),
});

/** The same where somebody does it at the command line. */
export const consoleOccasion = (at: Date): Occasion => ({ at, by: 'console', address: '', device: '' });
