import { z } from 'zod';
import { setProfile } from '../../data/users.js';
import { answers, type ApiApp } from '../../web/api.js';
import { textField, timeZoneField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { meOf } from './queries.js';

const me = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  role: z.enum(['user', 'admin']),
  createdAt: z.iso.datetime(),
});
const meChange = z.strictObject({ name: textField(80).optional(), timeZone: timeZoneField.optional() });

/** What stands on its own below /api/v1; each feature adds its calls beside its pages. */
export function apiRoutes(app: ApiApp, { db }: Kit): void {
  app.get(
    '/me',
    {
      config: { access: 'api:read' },
      schema: { summary: 'The user this token belongs to', response: answers(me) },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      return db.withTenant('app', userId, (tx) => meOf(tx, userId));
    },
  );

  app.patch(
    '/me',
    {
      config: { access: 'api:write' },
      schema: { summary: 'Change name or time zone', body: meChange, response: answers(me) },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      return db.withTenant('app', userId, async (tx) => {
        await setProfile(tx, userId, request.body);
        return meOf(tx, userId);
      });
    },
  );

  app.get(
    '/openapi.json',
    { config: { access: 'everyone' }, schema: { summary: 'This document', security: [] } },
    async (_request, reply) => reply.send(app.swagger()),
  );
}
