import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { issueLink } from '../../data/links.js';
import { closeSessions } from '../../data/sessions.js';
import type { Tx } from '../../data/database.js';
import {
  holdsRights,
  keepAdministrator,
  listUsers,
  setDisabled,
  setRole,
  type ListedUser,
} from '../../data/users.js';
import type { Activity, Occasion } from '../../domain/activity.js';
import { Fault, notFound } from '../../lib/fault.js';
import { idField, readForm } from '../../web/form.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { when } from '../../web/words.js';

const roleForm = z.object({ role: z.enum(['user', 'admin'], { error: 'Choose a role.' }) });
type Id = { Params: { id: string } };

const row = (user: ListedUser, { userId, timeZone }: Visitor) => ({
  id: user.user_id,
  email: user.email,
  name: user.name || null,
  role: user.role,
  state: user.disabled_at !== null ? 'disabled' : user.verified_at === null ? 'unverified' : 'active',
  joined: when(user.created_at, timeZone),
  seen: when(user.seen_at, timeZone),
  leaves: user.leaves_at === null ? null : `leaves on ${when(user.leaves_at, timeZone) ?? ''}`,
  isYou: user.user_id === userId,
});

interface Made {
  email: string;
  link: string;
}

const usersRegion = async (db: Kit['db'], visitor: Visitor, made: Made | null) => ({
  users: (await listUsers(db)).map((user) => row(user, visitor)),
  made,
});

const showUsers = async (
  { db, region }: Kit,
  request: FastifyRequest,
  reply: FastifyReply,
  made: Made | null = null,
) => region(request, reply, { view: 'admin/_users' }, await usersRegion(db, visitorOf(request), made));

/** The person an action is about. Nobody shuts themselves out: one's own row has no switches. */
const target = (request: FastifyRequest<Id>): string => {
  const id = idField.safeParse(request.params.id);
  if (!id.success) throw notFound();
  if (id.data === visitorOf(request).userId)
    throw new Fault(409, 'own_account', 'Nobody changes their own rights here: ask another administrator.');
  return id.data;
};

/** Where an administrator sits is nobody else's business. */
const hidden = { address: '', device: '' };

const config = { access: 'admin' } as const;

/** The pages of the administrator. */
export function adminRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, page } = kit;

  app.get('/admin/users', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'admin/users', title: 'Users', section: 'admin' },
      { tab: 'users', ...(await usersRegion(db, visitorOf(request), null)) },
    ),
  );
  app.get('/admin/users/list', { config }, async (request, reply) => showUsers(kit, request, reply));

  app.get('/admin/styleguide', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'styleguide/index', title: 'Style guide', section: 'admin' },
      { tab: 'styleguide' },
    ),
  );
}

async function noteOf(tx: Tx, userId: string, activity: Activity, occasion: Occasion): Promise<true> {
  await recordActivity(tx, userId, { ...occasion, ...hidden }, activity);
  return true;
}

/** What the administrator can do to a person; each answers with the list. */
export function userActionRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, site } = kit;

  const by = (request: FastifyRequest): Occasion => occasionOf(request, clock, 'administrator');
  const changeRights = async (
    request: FastifyRequest,
    userId: string,
    { change, activity }: { change: (tx: Tx) => Promise<boolean>; activity: Activity },
  ) => {
    const isDone = await db.withTenant('app', userId, async (tx) => {
      if (!(await holdsRights(tx, visitorOf(request).email, clock.now()))) throw notFound();
      await keepAdministrator(db, tx, userId);
      await closeSessions(tx, userId, null); // rights never change inside a session
      return (await change(tx)) && (await noteOf(tx, userId, activity, by(request)));
    });
    if (!isDone) throw notFound();
  };

  app.post<Id>('/admin/users/:id/role', { config }, async (request, reply) => {
    const userId = target(request);
    const read = readForm(roleForm, request.body);
    if (!read.ok) throw new Fault(422, 'invalid', 'A role is either user or admin.', { fields: read.errors });
    const { role } = read.values;
    await changeRights(request, userId, {
      change: (tx) => setRole(tx, userId, role),
      activity: { what: 'role-changed', details: { to: role } },
    });
    return showUsers(kit, request, reply);
  });

  app.post<Id>('/admin/users/:id/disablement', { config }, async (request, reply) => {
    const userId = target(request);
    await changeRights(request, userId, {
      change: (tx) => setDisabled(tx, userId, clock.now()),
      activity: { what: 'disabled' },
    });
    return showUsers(kit, request, reply);
  });

  app.post<Id>('/admin/users/:id/enablement', { config }, async (request, reply) => {
    const userId = target(request);
    await db.withTenant('app', userId, async (tx) => {
      if (!(await setDisabled(tx, userId, null))) throw notFound();
      await noteOf(tx, userId, { what: 'enabled' }, by(request));
    });
    return showUsers(kit, request, reply);
  });

  app.post<Id>('/admin/users/:id/reset-link', { config }, async (request, reply) => {
    const userId = target(request);
    const user = (await listUsers(db)).find((listed) => listed.user_id === userId);
    if (user === undefined) throw notFound();
    const at = clock.now();
    const secret = await db.withTenant('app', userId, async (tx) => {
      await noteOf(tx, userId, { what: 'reset-link-made' }, by(request));
      return issueLink(tx, { userId, kind: 'reset', at });
    });
    return showUsers(kit, request, reply, { email: user.email, link: `${site.publicUrl}/reset/${secret}` });
  });
}
