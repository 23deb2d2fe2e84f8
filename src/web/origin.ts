import '@fastify/csrf-protection';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../lib/fault.js';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

const withoutPort = (host: string): string => host.replace(/:\d+$/, '');

/**
 * Answers only for the host people use. On one's own machine the other names of loopback are led to it, so that
 * cookies and links stay on one; any other name is somebody else's, or a forgery.
 */
export function guardHost(app: FastifyInstance, publicUrl: string): void {
  const expected = new URL(publicUrl).host;
  const isLocal = loopbackNames.has(withoutPort(expected));
  app.addHook('onRequest', async (request, reply) => {
    const { host } = request.headers;
    if (host === expected || request.routeOptions.url === '/healthz') return undefined;
    if (isLocal && host !== undefined && loopbackNames.has(withoutPort(host)) && request.method === 'GET')
      return reply.redirect(publicUrl + request.url, 307);
    throw new Fault(421, 'wrong_host', `This server answers at ${publicUrl} only.`);
  });
}

/** True when the browser itself says that the request comes from one of our own pages. */
export const isSameOrigin = (request: Pick<FastifyRequest, 'headers'>, publicUrl: string): boolean => {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return request.headers.origin === publicUrl;
};

const changesNothing = new Set(['GET', 'HEAD', 'OPTIONS']);

const crossOrigin = (): Fault =>
  new Fault(403, 'cross_origin', 'This form was sent from another site, so it was not accepted.');

/** Refuses what a page of another origin sent: first by what the browser says, then by the form's own token. */
export function guardForms(app: FastifyInstance, publicUrl: string): void {
  const isForm = ({ method, routeOptions: { config } }: FastifyRequest): boolean =>
    !changesNothing.has(method) && config.access !== 'signed' && !config.access?.startsWith('api:');
  app.addHook('onRequest', (request, _reply, done) => {
    const isForeign =
      isForm(request) && request.routeOptions.url !== undefined && !isSameOrigin(request, publicUrl);
    done(isForeign ? crossOrigin() : undefined);
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (!isForm(request) || request.routeOptions.url === undefined) done();
    else app.csrfProtection(request, reply, done);
  });
}
