import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { listAccounts, removeAccount, renameAccount, type AccountRow } from '../../data/accounts.js';
import { recordActivity } from '../../data/audit.js';
import { listReconciliations, reconciliationOf } from '../../data/reconciliations.js';
import { isRule, ruleNamed } from '../../domain/server-clock.js';
import { Fault } from '../../lib/fault.js';
import { changeClock } from '../../sync/account-clock.js';
import type { Sync } from '../../sync/sync.js';
import { accountJson, accountShape } from '../../web/account-json.js';
import { answers, answersWith, type ApiApp } from '../../web/api.js';
import { loginField, passwordField, serverField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';
import { countAsk } from './ask.js';
import { createAccount } from './connect.js';
import { categoryField, currencyField, labelField, taken } from './forms.js';
import { isReadable, ownAccount } from './own.js';

const named = { label: labelField, category: categoryField };
const newAccount = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('live'),
    ...named,
    server: serverField,
    login: loginField,
    investorPassword: passwordField,
  }),
  z.strictObject({
    type: z.enum(['report', 'manual']),
    ...named,
    currency: currencyField.optional(),
  }),
]);
const change = z.strictObject({
  label: labelField.optional(),
  category: categoryField.optional(),
  timezone: z
    .string()
    .refine(isRule, { error: 'It looks like Europe/Athens, ny+7 or UTC.' })
    .optional()
    .describe('of an account that is fed by reports'),
});
export const idParams = z.object({ id: z.string() });

const keyOf = (account: AccountRow): [string, string] => [String(account.created_at.getTime()), account.id];
const isAfter = (account: AccountRow, after: string[] | null): boolean => {
  if (after === null) return true;
  const [ms, id] = keyOf(account);
  return Number(ms) > Number(after[0]) || (ms === after[0] && id > (after[1] ?? ''));
};

type Show = (userId: string, id: string) => Promise<z.infer<typeof accountShape>>;

/** Accounts themselves: list, make, read, change, remove, read again. */
export function apiRoutes(app: ApiApp, kit: Kit, sync: Sync): void {
  const { db, clock } = kit;
  const show: Show = (userId, id) =>
    db.withTenant('app', userId, async (tx) => {
      const account = await ownAccount(tx, userId, id);
      const row = await reconciliationOf(tx, { userId, accountId: account.id });
      return accountJson(account, row, sync, clock.now());
    });
  allRoute(app, kit, sync);
  makeRoute(app, kit, { sync, show });
  app.get(
    '/accounts/:id',
    {
      config: { access: 'api:read' },
      schema: { summary: 'One account', params: idParams, response: answers(accountShape) },
    },
    async (request) => show(visitorOf(request).userId, request.params.id),
  );
  changeRoutes(app, kit, { sync, show });
  syncRoute(app, kit, { sync, show });
}

function allRoute(app: ApiApp, { db, clock }: Kit, sync: Sync): void {
  app.get(
    '/accounts',
    {
      config: { access: 'api:read' },
      schema: {
        summary: 'Every account, in the order they were added',
        querystring: pageQuery,
        response: answers(pageShape(accountShape)),
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const { limit, cursor } = request.query;
      const after = readCursor(cursor, /^\d{1,15} [0-9a-f-]{36}$/);
      const [accounts, reconciliations] = await db.withTenant('app', userId, (tx) =>
        Promise.all([listAccounts(tx, userId), listReconciliations(tx, userId)]),
      );
      const rest = accounts.filter((account) => isAfter(account, after));
      const now = clock.now();
      return pageOf(rest, limit, {
        item: (account) => accountJson(account, reconciliations.get(account.id), sync, now),
        key: keyOf,
      });
    },
  );
}

function makeRoute(app: ApiApp, kit: Kit, { sync, show }: { sync: Sync; show: Show }): void {
  app.post(
    '/accounts',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Add an account; a live one is connected at once',
        body: z.preprocess(withType, newAccount),
        response: answersWith(201, accountShape),
      },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const { body } = request;
      const common = { id: randomUUID(), label: body.label, category: body.category, formId: null };
      const { outcome, id } = await createAccount(
        { kit, sync, occasion: occasionOf(request, kit.clock) },
        userId,
        body.type === 'live'
          ? { ...common, type: body.type, connection: connectionIn(body), currency: null }
          : { ...common, type: body.type, connection: null, currency: body.currency ?? null },
      );
      if (outcome === 'taken') throw new Fault(409, 'duplicate_account', taken, { fields: { login: taken } });
      return reply.code(201).send(await show(userId, id));
    },
  );
}

/** An account without a type is a live one. */
const withType = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && !('type' in body)
    ? { ...body, type: 'live' }
    : body;

const connectionIn = ({
  server,
  login,
  investorPassword,
}: Record<'server' | 'login' | 'investorPassword', string>) => ({
  server,
  login,
  investorPassword,
});

function changeRoutes(app: ApiApp, { db, clock }: Kit, { sync, show }: { sync: Sync; show: Show }): void {
  app.patch(
    '/accounts/:id',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Change label or category, or the clock by which reports tell their times',
        params: idParams,
        body: change,
        response: answers(accountShape),
      },
      // Before the body is looked at: what is somebody else's is not there, whatever is sent to it.
      preValidation: async (request) => {
        const { userId } = visitorOf(request);
        await db.withTenant('app', userId, (tx) => ownAccount(tx, userId, request.params.id));
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const { id } = request.params;
      const { timezone, ...named } = request.body;
      await db.withTenant('app', userId, async (tx) => {
        // The clock first: it takes a while, and the account's own row is not held meanwhile.
        if (
          timezone !== undefined &&
          !(await changeClock(tx, { userId, accountId: id }, ruleNamed(timezone)))
        )
          throw new Fault(409, 'clock_of_broker', 'A terminal reads this account, and keeps its clock.');
        await renameAccount(tx, userId, id, named);
      });
      await sync.changed(userId);
      return show(userId, id);
    },
  );

  app.delete(
    '/accounts/:id',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Remove an account and all that belongs to it',
        params: idParams,
        response: answersWith(204, z.null()),
      },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      await db.withTenant('app', userId, async (tx) => {
        const { id, label } = await ownAccount(tx, userId, request.params.id);
        await removeAccount(tx, userId, id);
        const removed = { what: 'account-removed', details: { accountId: id, label } } as const;
        await recordActivity(tx, userId, occasionOf(request, clock), removed);
      });
      await sync.changed(userId);
      return reply.code(204).send(null);
    },
  );
}

function syncRoute(app: ApiApp, { db, limiter }: Kit, { sync, show }: { sync: Sync; show: Show }): void {
  app.post(
    '/accounts/:id/syncs',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Read a live account once, whole; answers before it is read',
        params: idParams,
        response: answersWith(202, accountShape),
      },
    },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const account = await db.withTenant('app', userId, (tx) => ownAccount(tx, userId, request.params.id));
      if (!isReadable(account)) throw unreadable(account);
      await countAsk(limiter, account.id);
      await sync.changed(userId);
      sync.ask(userId, account.id);
      return reply.code(202).send(await show(userId, account.id));
    },
  );
}

const unreadable = ({ type, state }: AccountRow): Fault =>
  type === 'live'
    ? new Fault(409, 'not_readable', `The account is not read while its state is ${state}.`)
    : new Fault(409, 'not_live', 'Only accounts of the type live are read from a broker.');
