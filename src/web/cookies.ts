import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply } from 'fastify';
import { dayMs } from '../lib/clock.js';

/** Cookie names and flags for one origin. Over https the browser itself ties them to this host. */
export interface Cookies {
  session: string;
  csrf: string;
  flash: string;
  /** by which a browser is known again; it opens nothing */
  device: string;
  flags: CookieSerializeOptions;
}

export const cookiesFor = (publicUrl: string): Cookies => {
  const secure = publicUrl.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  return {
    session: `${prefix}sid`,
    csrf: `${prefix}csrf`,
    flash: `${prefix}flash`,
    device: `${prefix}device`,
    flags: { path: '/', httpOnly: true, sameSite: 'lax', secure },
  };
};

const giveSession = (reply: FastifyReply, cookies: Cookies, secret: string): FastifyReply =>
  reply.setCookie(cookies.session, secret, { ...cookies.flags, maxAge: (90 * dayMs) / 1000 });

export const takeSession = (reply: FastifyReply, cookies: Cookies): FastifyReply =>
  reply.clearCookie(cookies.session, cookies.flags);

/** The cookie of a session that has just begun; the form tokens of the one before die with it. */
export const enter = (reply: FastifyReply, cookies: Cookies, secret: string): FastifyReply =>
  giveSession(reply, cookies, secret).clearCookie(cookies.csrf, cookies.flags);
