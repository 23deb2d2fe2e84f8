import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceLifeMs } from '../data/devices.js';
import { newSecret } from '../lib/secret.js';
import type { Cookies } from './cookies.js';
import type { Kit } from './kit.js';

const isSecret = (text: string | undefined): text is string => /^[\w-]{43}$/.test(text ?? '');

/**
 * What tells this browser from others, for whoever signs in by it: the secret of its cookie, a new one where it has
 * none. It opens nothing; without it a sign-in is one from a new device.
 */
export function deviceOf(
  request: FastifyRequest,
  { cookies, random }: Pick<Kit, 'cookies' | 'random'>,
): string {
  const held = request.cookies[cookies.device];
  return isSecret(held) ? held : newSecret(random);
}

export const keepDevice = (reply: FastifyReply, { device, flags }: Cookies, secret: string): FastifyReply =>
  reply.setCookie(device, secret, { ...flags, maxAge: deviceLifeMs / 1000 });
