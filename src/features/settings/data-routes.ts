import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordActivity } from '../../data/audit.js';
import { beginLeaving } from '../../data/leaving.js';
import { queueLetter } from '../../data/letters.js';
import { credentialsOf, holdsPassword, keepAdministrator } from '../../data/users.js';
import { dayMs } from '../../lib/clock.js';
import { dayOf } from '../../lib/day.js';
import { Fault } from '../../lib/fault.js';
import type { Sync } from '../../sync/sync.js';
import { archiveOf, type ArchiveFile } from '../../web/archive.js';
import { takeSession } from '../../web/cookies.js';
import { passwordField, readForm, type Typed } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { ownersHash } from '../../web/owner.js';
import { passFactor } from '../../web/second-factor.js';
import { countTry } from '../../web/too-many.js';
import { when } from '../../web/words.js';

/** Every file of an export of everything, each opened when it is its turn. */
export type ExportOfAll = (
  who: Pick<Visitor, 'userId' | 'timeZone'>,
  madeAt: Date,
) => AsyncIterable<ArchiveFile>;

/** How long somebody can come back who has asked to be deleted. */
const graceMs = 7 * dayMs;

const removalForm = (email: string) =>
  z.object({
    confirm: z
      .string({ error: `Type ${email} to confirm.` })
      .trim()
      .toLowerCase()
      .refine((typed) => typed === email, { error: `Type ${email}, exactly as it is written.` }),
    password: passwordField,
    code: z.string().trim().max(40).optional().catch(undefined),
  });

const notYours = { password: 'This is not your password.' };
const wrongCode = { code: 'This code is not right, or it was used already. Take the next one.' };

type Errors = Record<string, string>;
type Show = (
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: { typed?: Typed; errors?: Errors },
) => Promise<FastifyReply>;

const config = { access: 'user' } as const;

const showData =
  (kit: Kit): Show =>
  async (request, reply, { typed = {}, errors = {} } = {}) => {
    const { userId, email } = visitorOf(request);
    const known = await kit.db.withTenant('app', userId, (tx) => credentialsOf(tx, userId));
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    return kit.page(
      request,
      reply,
      { view: 'settings/data', title: 'Your data', section: 'settings', status },
      {
        ...{ tab: 'data', email, errors, confirm: typed['confirm'] ?? '' },
        ...{ asksCode: known?.two_factor === true, isDemo: kit.demo?.userId === userId },
      },
    );
  };

function exportRoute(app: FastifyInstance, { db, clock, limiter }: Kit, exportOfAll: ExportOfAll): void {
  app.post('/settings/data/exports', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const { userId, timeZone } = visitor;
    await countTry(limiter, 'exportByUser', userId);
    const occasion = occasionOf(request, clock);
    await db.withTenant('app', userId, (tx) => recordActivity(tx, userId, occasion, { what: 'export-made' }));
    const name = `rawjournal-${dayOf(occasion.at, timeZone)}.zip`;
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(archiveOf(exportOfAll(visitor, occasion.at), occasion.at));
  });
}

/** Null: the leaving has begun; else what is wrong. Throws a Fault 409 for the last administrator. */
const leave = (
  kit: Kit,
  request: FastifyRequest,
  { hash, code }: { hash: string; code: string | undefined },
): Promise<Errors | null> => {
  const { db, clock } = kit;
  const { userId, timeZone } = visitorOf(request);
  return db.withTenant('app', userId, async (tx) => {
    if (!(await holdsPassword(tx, userId, hash))) return notYours;
    const hasFactor = (await credentialsOf(tx, userId))?.two_factor === true;
    if (hasFactor && !(await passFactor(tx, kit, userId, { code: code ?? '' }))) return wrongCode;
    await keepAdministrator(db, tx, userId);
    const occasion = occasionOf(request, clock);
    const leavesAt = new Date(occasion.at.getTime() + graceMs);
    if (!(await beginLeaving(tx, userId, leavesAt))) return null;
    const asked = { what: 'leaving-asked', details: { leavesAt: leavesAt.toISOString() } } as const;
    await recordActivity(tx, userId, occasion, asked);
    const facts = { at: `${when(leavesAt, timeZone) ?? ''} (${timeZone})` };
    await queueLetter(tx, { userId, kind: 'leaving', facts, at: occasion.at });
    return null;
  });
};

function removalRoute(app: FastifyInstance, kit: Kit, { sync, show }: { sync: Sync; show: Show }): void {
  const { limiter, cookies } = kit;
  app.post('/settings/data/removal', { config }, async (request, reply) => {
    const { userId, email } = visitorOf(request);
    if (kit.demo?.userId === userId)
      throw new Fault(409, 'demo', 'This trader is invented, and for everybody who looks around. It stays.');
    const read = readForm(removalForm(email), request.body);
    if (!read.ok) return show(request, reply, read);
    const { typed, values } = read;
    const hash = await ownersHash(kit, userId, values.password);
    if (hash === null) return show(request, reply, { typed, errors: notYours });
    // Apart from the tries of the password, whose count a right one ends.
    await countTry(limiter, 'codeByAccount', `${userId} leaves`);
    try {
      const errors = await leave(kit, request, { hash, code: values.code });
      if (errors !== null) return await show(request, reply, { typed, errors });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'last_administrator') throw error;
      return show(request, reply, { typed, errors: { form: error.message } });
    }
    await sync.changed(userId);
    kit.mail.wake();
    sayNext(takeSession(reply, cookies), cookies, 'leaving-begun');
    return reply.clearCookie(cookies.csrf, cookies.flags).redirect('/login', 303);
  });
}

/** Taking everything along, and leaving. */
export function dataRoutes(
  app: FastifyInstance,
  kit: Kit,
  { exportOfAll, sync }: { exportOfAll: ExportOfAll; sync: Sync },
): void {
  const show = showData(kit);
  app.get('/settings/data', { config }, async (request, reply) => show(request, reply));
  exportRoute(app, kit, exportOfAll);
  removalRoute(app, kit, { sync, show });
}
