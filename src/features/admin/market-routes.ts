import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { takeReceipt } from '../../data/receipts.js';
import { Fault } from '../../lib/fault.js';
import type { MarketDesk } from '../../sync/market-source.js';
import { formIdField, loginField, passwordField, readForm, serverField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { noneNeeded } from '../../web/market-words.js';
import { marketView, type MarketAsked, type MarketPlace } from './market-view.js';

const config = { access: 'admin' } as const;
const accountForm = z.object({
  server: serverField,
  login: loginField,
  investorPassword: passwordField,
  formId: formIdField,
});

/** The account by which prices are read: what is set, setting another one, clearing it. */
export function marketRoutes(app: FastifyInstance, kit: Kit, place: MarketPlace): void {
  const { db, clock, region } = kit;
  const path = '/admin/terminals/market-account';
  const show = async (request: FastifyRequest, reply: FastifyReply, asked: MarketAsked = {}) => {
    const status = asked.refused === undefined ? 200 : 422;
    const market = await marketView(place, visitorOf(request), asked);
    return region(request, reply, { view: 'admin/_market', status }, { market });
  };
  const desk = (): MarketDesk => {
    if (place.market === null) throw new Fault(409, 'simulated', noneNeeded);
    return place.market;
  };

  app.get<{ Querystring: { change?: unknown } }>(path, { config }, async (request, reply) =>
    show(request, reply, { change: request.query.change === 'yes' }),
  );

  app.post(path, { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const market = desk();
    const read = readForm(accountForm, request.body);
    if (!read.ok) return show(request, reply, { refused: read });
    const { server, login, investorPassword: password, formId } = read.values;
    const at = clock.now();
    // A second click must not start the terminal anew once more.
    const isFirst = await db.withTenant('app', userId, (tx) => takeReceipt(tx, userId, formId, at));
    if (isFirst) await market.set({ server, login, password });
    return show(request, reply);
  });

  app.post(`${path}/removal`, { config }, async (request, reply) => {
    await desk().clear();
    return show(request, reply);
  });
}
