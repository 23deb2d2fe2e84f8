import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { setProfile, setWeeklyLetter } from '../../data/users.js';
import { readForm, textField, timeZoneField, timeZones } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { when } from '../../web/words.js';
import { profileOf } from './queries.js';

const profileForm = z.object({
  name: textField(80),
  timeZone: timeZoneField,
  weekly: z.literal('yes').optional().catch(undefined),
});

export function profileRoutes(app: FastifyInstance, { db, page, cookies, site }: Kit): void {
  const config = { access: 'user' } as const;

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    refused: { typed: Readonly<Record<string, string>>; errors: Record<string, string> } | null,
  ) => {
    const { userId, timeZone } = visitorOf(request);
    const profile = await db.withTenant('app', userId, (tx) => profileOf(tx, userId));
    return page(
      request,
      reply,
      {
        view: 'settings/profile',
        title: 'Profile',
        section: 'settings',
        status: refused === null ? 200 : 422,
      },
      {
        tab: 'profile',
        email: profile.email,
        since: when(profile.created_at, timeZone),
        name: refused?.typed['name'] ?? profile.name,
        timeZone: refused?.typed['timeZone'] ?? profile.time_zone,
        timeZones,
        sendsMail: site.sendsMail,
        weekly: refused === null ? profile.weekly_letter : refused.typed['weekly'] === 'yes',
        errors: refused?.errors ?? {},
      },
    );
  };

  app.get('/settings', { config }, async (_request, reply) => reply.redirect('/settings/profile', 303));
  app.get('/settings/profile', { config }, async (request, reply) => show(request, reply, null));

  app.post('/settings/profile', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(profileForm, request.body);
    if (!read.ok) return show(request, reply, read);
    const { weekly, ...profile } = read.values;
    await db.withTenant('app', userId, async (tx) => {
      await setProfile(tx, userId, profile);
      if (site.sendsMail) await setWeeklyLetter(tx, userId, weekly === 'yes');
    });
    return sayNext(reply, cookies, 'profile-saved').redirect('/settings/profile', 303);
  });
}
