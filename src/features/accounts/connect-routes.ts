import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { categories, type AccountType } from '../../data/schema-trading.js';
import { knownServers } from '../../data/servers.js';
import type { Sync } from '../../sync/sync.js';
import { readForm, type Form } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { accountNote, planRefusal } from '../../web/plan-notes.js';
import type { Refused } from './connection-view.js';
import { createAccount, type WantedAccount } from './connect.js';
import { liveForm, otherForm, taken, typeField } from './forms.js';

/** A broker that exists in this installation alone, and a login that works there. */
export interface SimulatedServer {
  server: string;
  sentence: string;
  login: string;
  password: string;
}

const typed = z.object({ type: typeField });
/** `type` of an address or a form; a live account where it says nothing we know. */
const typeOf = (source: unknown): AccountType => {
  const read = typed.safeParse(source);
  return read.success ? read.data.type : 'live';
};

const formData = (
  type: AccountType,
  refused: Refused | null,
  { simulated, known }: { simulated: readonly SimulatedServer[]; known: readonly string[] },
) => {
  const value = (name: string, otherwise = ''): string => refused?.typed[name] ?? otherwise;
  return {
    type,
    server: value('server'),
    login: value('login'),
    label: value('label'),
    category: value('category', 'Real'),
    currency: value('currency', 'USD'),
    categories,
    errors: refused?.errors ?? {},
    formId: randomUUID(),
    simulated: type === 'live' ? simulated : [],
    known: type === 'live' ? known : [],
  };
};

function readWanted(type: AccountType, body: unknown): Form<WantedAccount> {
  if (type !== 'live') {
    const read = readForm(otherForm, body);
    if (!read.ok) return read;
    const { formId } = read.values;
    return { ...read, values: { ...read.values, id: formId, type, connection: null } };
  }
  const read = readForm(liveForm, body);
  if (!read.ok) return read;
  const { label, category, formId, ...connection } = read.values;
  return { ...read, values: { id: formId, type, label, category, formId, connection, currency: null } };
}

/** Connecting an account, or starting one that is not synchronised. */
export function connectRoutes(
  app: FastifyInstance,
  kit: Kit,
  sync: Sync,
  simulatedServers: readonly SimulatedServer[],
): void {
  const { page, cookies } = kit;
  const config = { access: 'user' } as const;
  const simulated = sync.isSimulated ? simulatedServers : [];

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    type: AccountType,
    refused: Refused | null,
  ) =>
    page(
      request,
      reply,
      {
        view: 'accounts/new',
        title: 'Connect an account',
        section: 'accounts',
        status: refused === null ? 200 : 422,
      },
      await kit.db.withTenant('app', visitorOf(request).userId, async (tx) => {
        const wish = { plans: kit.plans, userId: visitorOf(request).userId, at: kit.clock.now() };
        return {
          ...formData(type, refused, { simulated, known: await knownServers(tx) }),
          plan: await accountNote(tx, wish, type === 'live'),
        };
      }),
    );

  app.get('/accounts/new', { config }, async (request, reply) =>
    show(request, reply, typeOf(request.query), null),
  );

  app.post('/accounts', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const type = typeOf(request.body);
    const read = readWanted(type, request.body);
    if (!read.ok) return show(request, reply, type, read);
    const occasion = occasionOf(request, kit.clock);
    const making = createAccount({ kit, sync, occasion }, userId, read.values);
    const made = await making.catch((error: unknown) => {
      if (planRefusal(error) === null) throw error;
      return null;
    });
    // Why stands above the form, which is drawn anew.
    if (made === null) return show(request, reply, type, { typed: read.typed, errors: {} });
    const { outcome, id } = made;
    if (outcome === 'taken')
      return show(request, reply, type, { typed: read.typed, errors: { login: taken } });
    if (type !== 'live' && outcome === 'made') sayNext(reply, cookies, 'account-added');
    return reply.redirect(`/accounts/${id}`, 303);
  });
}
