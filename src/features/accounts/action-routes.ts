import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { removeAccount, renameAccount, type AccountRow } from '../../data/accounts.js';
import { recordActivity } from '../../data/audit.js';
import type { Tx } from '../../data/database.js';
import type { OwnedAccount } from '../../data/deals.js';
import { admitReading } from '../../data/plan-gates.js';
import { ruleNamed } from '../../domain/server-clock.js';
import { notFound } from '../../lib/fault.js';
import { changeClock } from '../../sync/account-clock.js';
import type { Sync } from '../../sync/sync.js';
import { isDraft, mayMove } from '../../web/account-state.js';
import { amount } from '../../web/figures.js';
import { readForm, textIn } from '../../web/form.js';
import { sayNext, type FlashKey } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { planRefusal } from '../../web/plan-notes.js';
import { countAsk } from './ask.js';
import { renewCredentials } from './connect.js';
import { credentialsForm, editForm, taken } from './forms.js';
import { isReadable, ownAccount } from './own.js';
import { showAccount, type ShowAccount } from './page-routes.js';
import { holdingsOf, pauseAccount, resumeAccount } from './queries.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;

type Find = (request: FastifyRequest<Id>) => Promise<AccountRow>;
const finder =
  ({ db }: Kit): Find =>
  (request) => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, (tx) => ownAccount(tx, userId, request.params.id));
  };

/** Pausing, resuming, reading again. A second click finds it done and changes nothing. */
export function switchRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, cookies } = kit;
  const find = finder(kit);
  const back = (reply: FastifyReply, { id }: AccountRow, say: FlashKey): FastifyReply =>
    sayNext(reply, cookies, say).redirect(`/accounts/${id}`, 303);

  const toggle = (
    name: 'pause' | 'resumption',
    act: (tx: Tx, owner: OwnedAccount) => Promise<boolean>,
    say: FlashKey,
  ) => {
    app.post<Id>(`/accounts/:id/${name}`, { config }, async (request, reply) => {
      const account = await find(request);
      const { user_id: userId, id, label } = account;
      const acting = db.withTenant('app', userId, async (tx) => {
        if (!(await act(tx, { userId, accountId: id }))) return false;
        const what = name === 'pause' ? 'account-paused' : 'account-resumed';
        const details = { accountId: id, label };
        await recordActivity(tx, userId, occasionOf(request, kit.clock), { what, details });
        return true;
      });
      const isDone = await acting.catch((error: unknown) => {
        if (planRefusal(error) === null) throw error;
        return null;
      });
      if (isDone === null) return back(reply, account, 'plan-closed');
      if (!isDone) return back(reply, account, 'account-still');
      await sync.changed(userId);
      if (name === 'resumption' && (await kit.limiter.take('syncByAccount', id)).allowed)
        sync.ask(userId, id);
      return back(reply, account, say);
    });
  };
  toggle('pause', pauseAccount, 'account-paused');
  const resume = async (tx: Tx, owner: OwnedAccount): Promise<boolean> => {
    const { plans, clock } = kit;
    await admitReading(tx, { plans, userId: owner.userId, at: clock.now() }, owner.accountId);
    return resumeAccount(tx, owner);
  };
  toggle('resumption', resume, 'account-resumed');

  app.post<Id>('/accounts/:id/syncs', { config }, async (request, reply) => {
    const account = await find(request);
    if (!isReadable(account)) return back(reply, account, 'account-still');
    await countAsk(kit.limiter, account.id);
    await sync.changed(account.user_id);
    sync.ask(account.user_id, account.id);
    return back(reply, account, 'account-asked');
  });
}

/** Name, category and password. */
export function editRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, cookies } = kit;
  const find = finder(kit);
  const show: ShowAccount = showAccount(kit, sync);

  app.post<Id>('/accounts/:id', { config }, async (request, reply) => {
    const { user_id: userId, id } = await find(request);
    const read = readForm(editForm, request.body);
    if (!read.ok) return show(request, reply, { edit: read });
    const { clock, ...named } = read.values;
    await db.withTenant('app', userId, async (tx) => {
      // The clock first: it takes a while, and the account's own row is not held meanwhile.
      if (clock !== undefined) await changeClock(tx, { userId, accountId: id }, ruleNamed(clock));
      await renameAccount(tx, userId, id, named);
    });
    await sync.changed(userId);
    return sayNext(reply, cookies, 'account-saved').redirect(`/accounts/${id}`, 303);
  });

  app.post<Id>('/accounts/:id/credentials', { config }, async (request, reply) => {
    const account = await find(request);
    if (account.server === null || account.login === null) throw notFound();
    const read = readForm(credentialsForm, request.body);
    if (!read.ok) return show(request, reply, { credentials: read });
    const { server, login, investorPassword } = read.values;
    // What has been connected stays the same account at the same broker; a draft may have been mistyped anywhere.
    const occasion = occasionOf(request, kit.clock);
    const renewing = renewCredentials({ kit, sync, occasion }, account, {
      server: mayMove(account) && server !== undefined ? server : account.server,
      login: isDraft(account) && login !== undefined ? login : account.login,
      investorPassword,
    });
    const outcome = await renewing.catch((error: unknown) => {
      if (planRefusal(error) === null) throw error;
      return 'closed' as const;
    });
    if (outcome === 'closed')
      return sayNext(reply, cookies, 'plan-closed').redirect(`/accounts/${account.id}`, 303);
    if (outcome === 'gone') throw notFound();
    if (outcome === 'taken')
      return show(request, reply, { credentials: { typed: read.typed, errors: { login: taken } } });
    return reply.redirect(`/accounts/${account.id}`, 303);
  });
}

/** Removing an account: what goes with it, and its name typed to confirm. */
export function removalRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const { db, page, region, cookies, clock } = kit;
  const find = finder(kit);
  const view = { title: 'Remove account', section: 'accounts' };

  const removalOf = async ({ id, label, type, user_id: userId }: AccountRow) => {
    const owner = { userId, accountId: id };
    const { trades, deals } = await db.withTenant('app', userId, (tx) => holdingsOf(tx, owner));
    const count = (value: number): string => amount(String(value), 0) ?? '';
    return { id, label, isLive: type === 'live', trades: count(trades), deals: count(deals) };
  };

  app.get<Id>('/accounts/:id/removal', { config }, async (request, reply) => {
    const removal = await removalOf(await find(request));
    return page(request, reply, { view: 'accounts/removal', ...view }, { ...removal, errors: {} });
  });
  app.get<Id>('/accounts/:id/removal/dialog', { config }, async (request, reply) => {
    const removal = await removalOf(await find(request));
    return region(request, reply, { view: 'accounts/_removal-dialog' }, { ...removal, errors: {} });
  });

  app.post<Id>('/accounts/:id/removal', { config }, async (request, reply) => {
    const account = await find(request);
    if (textIn(request.body, 'confirm').trim() !== account.label) {
      const errors = { confirm: `Type ${account.label}, exactly as it is written.` };
      const removal = await removalOf(account);
      return page(request, reply, { view: 'accounts/removal', ...view, status: 422 }, { ...removal, errors });
    }
    const { user_id: userId, id, label } = account;
    await db.withTenant('app', userId, async (tx) => {
      // A second click finds it gone.
      if (!(await removeAccount(tx, userId, id))) return;
      const removed = { what: 'account-removed', details: { accountId: id, label } } as const;
      await recordActivity(tx, userId, occasionOf(request, clock), removed);
    });
    await sync.changed(userId);
    return sayNext(reply, cookies, 'account-removed').redirect('/accounts', 303);
  });
}
