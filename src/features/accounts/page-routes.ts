import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccountRow } from '../../data/accounts.js';
import type { Tx } from '../../data/database.js';
import { clockAround } from '../../data/brokers.js';
import { positionsOf } from '../../data/positions.js';
import { reconciliationOf } from '../../data/reconciliations.js';
import { categories } from '../../data/schema-trading.js';
import type { Sync } from '../../sync/sync.js';
import { clockChoices } from '../../web/clock-words.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { cashView, figuresView, ledgerPageSize, positionsView, reconciliationView } from './account-view.js';
import { connectionView, type Refused } from './connection-view.js';
import { ownAccount } from './own.js';
import { cashPage } from './queries.js';

type Id = { Params: { id: string } };

const pageNumber = z.object({ ledger: z.coerce.number().int().min(1).max(1_000_000).catch(1) });
const ledgerPageOf = (request: FastifyRequest): number => pageNumber.parse(request.query).ledger;

const ownerOf = (account: AccountRow) => ({ userId: account.user_id, accountId: account.id });
const pathOf = ({ id }: AccountRow): string => `/accounts/${id}`;

/** A page of the cash ledger; beyond the last one stands the first. */
async function ledgerOf(tx: Tx, account: AccountRow, page: number, timeZone: string) {
  const rows = await cashPage(tx, ownerOf(account), { page, size: ledgerPageSize });
  if (rows.length === 0 && page > 1) return ledgerOf(tx, account, 1, timeZone);
  return cashView(account, rows, { page, path: pathOf(account), timeZone });
}

/** What an action was refused for, shown where it was typed. */
interface Mistakes {
  edit?: Refused;
  credentials?: Refused;
}

export type ShowAccount = (
  request: FastifyRequest<Id>,
  reply: FastifyReply,
  mistakes?: Mistakes,
) => Promise<FastifyReply>;

const headOf = (account: AccountRow) => ({
  label: account.label,
  category: account.category,
  note: [account.server, account.login, account.company].filter(Boolean).join(' · '),
});

const editOf = (account: AccountRow, refused: Refused | undefined, timeZone: string) => ({
  label: refused?.typed['label'] ?? account.label,
  category: refused?.typed['category'] ?? account.category,
  categories,
  clock: account.clock_rule,
  /** empty where a terminal keeps the clock, or nothing is told by one */
  clocks: account.type === 'report' ? clockChoices(account.clock_rule || 'fixed:0', timeZone) : [],
  errors: refused?.errors ?? {},
});

/** The page of one account, also as the answer to a form on it that was refused. */
export const showAccount =
  ({ db, clock, page }: Kit, sync: Sync): ShowAccount =>
  async (request, reply, mistakes = {}) => {
    const { userId, timeZone } = visitorOf(request);
    const moment = { now: clock.now(), timeZone };
    const refused = mistakes.credentials ?? null;
    const data = await db.withTenant('app', userId, async (tx) => {
      const account = await ownAccount(tx, userId, request.params.id);
      const owner = ownerOf(account);
      const reconciliation = await reconciliationOf(tx, owner);
      const positions = await positionsOf(tx, owner);
      const ledger = await ledgerOf(tx, account, ledgerPageOf(request), timeZone);
      const brokerClock = await clockAround(tx, account);
      return {
        id: account.id,
        head: headOf(account),
        isLive: account.type === 'live',
        connection: connectionView(account, sync, { ...moment, clock: brokerClock, refused }),
        reconciliation: reconciliationView(account, reconciliation, moment),
        figures: figuresView(account, moment),
        positions: positionsView(account, positions, moment),
        ledger,
        edit: editOf(account, mistakes.edit, timeZone),
        passwordErrors: refused?.errors ?? {},
      };
    });
    const status = mistakes.edit === undefined && refused === null ? 200 : 422;
    return page(
      request,
      reply,
      { view: 'accounts/show', title: data.head.label, section: 'accounts', status },
      data,
    );
  };

/** One account: its page, and each part of it that changes. */
export function pageRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, clock, region } = kit;
  const config = { access: 'user' } as const;
  const show = showAccount(kit, sync);

  const part = (
    name: string,
    read: (tx: Tx, account: AccountRow, visitor: Visitor, request: FastifyRequest) => Promise<object>,
  ): void => {
    app.get<Id>(`/accounts/:id/${name}`, { config }, async (request, reply) => {
      const visitor = visitorOf(request);
      const data = await db.withTenant('app', visitor.userId, async (tx) => {
        const account = await ownAccount(tx, visitor.userId, request.params.id);
        return { id: account.id, [name]: await read(tx, account, visitor, request) };
      });
      return region(request, reply, { view: `accounts/_${name}` }, data);
    });
  };
  const moment = ({ timeZone }: Visitor) => ({ now: clock.now(), timeZone });

  app.get<Id>('/accounts/:id', { config }, async (request, reply) => show(request, reply));

  app.get<Id>('/accounts/:id/connection', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const connection = await db.withTenant('app', visitor.userId, async (tx) => {
      const account = await ownAccount(tx, visitor.userId, request.params.id);
      const brokerClock = await clockAround(tx, account);
      return connectionView(account, sync, { ...moment(visitor), clock: brokerClock });
    });
    // The other parts of the page have waited for this: they ask for themselves when they hear of it.
    if (isWatching(request) && !connection.isConnecting) reply.header('hx-trigger', 'account-read');
    return region(request, reply, { view: 'accounts/_connection' }, { connection });
  });

  part('figures', (_tx, account, visitor) => Promise.resolve(figuresView(account, moment(visitor))));
  part('reconciliation', async (tx, account, visitor) =>
    reconciliationView(account, await reconciliationOf(tx, ownerOf(account)), moment(visitor)),
  );
  part('positions', async (tx, account, visitor) =>
    positionsView(account, await positionsOf(tx, ownerOf(account)), moment(visitor)),
  );
  part('ledger', (tx, account, { timeZone }, request) =>
    ledgerOf(tx, account, ledgerPageOf(request), timeZone),
  );
}

const isWatching = ({ query }: FastifyRequest): boolean =>
  typeof query === 'object' && query !== null && 'while' in query && query.while === 'connecting';
