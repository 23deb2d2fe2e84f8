import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { takeReceipt } from '../../data/receipts.js';
import { issueToken, listTokens, revokeToken } from '../../data/tokens.js';
import { notFound } from '../../lib/fault.js';
import { formIdField, idField, nameField, readForm } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { when } from '../../web/words.js';

const tokenForm = z.object({
  name: nameField(60),
  scope: z.enum(['read', 'write'], { error: 'Choose what the token may do.' }),
  formId: formIdField,
});
const sentTwice =
  'This form was sent twice; one token was made. If you did not see it, revoke it and make another.';
type Id = { Params: { id: string } };

interface Shown {
  /** the new token itself: shown this once */
  token?: string;
  name?: string;
  scope?: string;
  errors?: Record<string, string>;
}

const tokenRegion = async (db: Kit['db'], { userId, timeZone }: Visitor, shown: Shown) => ({
  tokens: (await db.withTenant('app', userId, (tx) => listTokens(tx, userId))).map((token) => ({
    id: token.id,
    name: token.name,
    may: token.scope === 'write' ? 'read and write' : 'read',
    ends: `…${token.hint}`,
    made: when(token.created_at, timeZone),
    used: when(token.used_at, timeZone),
  })),
  token: shown.token ?? '',
  name: shown.name ?? '',
  scope: shown.scope ?? 'read',
  errors: shown.errors ?? {},
  formId: randomUUID(),
});

export function tokenRoutes(app: FastifyInstance, { db, page, region, clock }: Kit): void {
  const config = { access: 'user' } as const;

  const data = (visitor: Visitor, shown: Shown) => tokenRegion(db, visitor, shown);
  const show = async (request: FastifyRequest, reply: FastifyReply, shown: Shown) => {
    const status = shown.errors === undefined ? 200 : 422;
    return region(
      request,
      reply,
      { view: 'settings/_tokens', status },
      await data(visitorOf(request), shown),
    );
  };

  app.get('/settings/tokens', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'settings/tokens', title: 'API tokens', section: 'settings' },
      { tab: 'tokens', ...(await data(visitorOf(request), {})) },
    ),
  );
  app.get('/settings/tokens/list', { config }, async (request, reply) => show(request, reply, {}));

  app.post('/settings/tokens', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(tokenForm, request.body);
    if (!read.ok)
      return show(request, reply, {
        errors: read.errors,
        name: read.typed['name'] ?? '',
        scope: read.typed['scope'] ?? 'read',
      });
    const { name, scope, formId } = read.values;
    const at = clock.now();
    const token = await db.withTenant('app', userId, async (tx) => {
      if (!(await takeReceipt(tx, userId, formId, at))) return null;
      const made = { what: 'token-made', details: { name, scope } } as const;
      await recordActivity(tx, userId, occasionOf(request, clock), made);
      return issueToken(tx, { userId, name, scope, at });
    });
    return show(request, reply, token === null ? { errors: { form: sentTwice } } : { token });
  });

  app.post<Id>('/settings/tokens/:id/revocation', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = idField.safeParse(request.params.id);
    if (!id.success) throw notFound();
    await db.withTenant('app', userId, async (tx) => {
      const name = await revokeToken(tx, userId, id.data);
      if (name === null) throw notFound();
      const revoked = { what: 'token-revoked', details: { name } } as const;
      await recordActivity(tx, userId, occasionOf(request, clock), revoked);
    });
    return show(request, reply, {});
  });
}
