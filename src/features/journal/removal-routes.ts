import type { FastifyInstance, FastifyRequest } from 'fastify';
import { removeMissed } from '../../data/missed-trades.js';
import type { Tx } from '../../data/database.js';
import { Fault, notFound } from '../../lib/fault.js';
import { lots } from '../../web/figures.js';
import { sayNext } from '../../web/flash.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { when } from '../../web/words.js';
import { entriesById, removeGone, type EntryRow } from './entry-queries.js';
import { ownMissed } from './save-missed.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;

/** What is about to be deleted, in the words of the question. */
interface About {
  action: string;
  backHref: string;
  title: string;
  what: string;
  text: string;
}

const stillHere = (): Fault =>
  new Fault(
    409,
    'trade_here',
    'The trade of this entry is here again. What is written of it can be changed or emptied on its page.',
  );

/** The entry of an address, whose trade is gone. Throws a Fault 404 for what is not the user's, 409 where the trade is here. */
async function ownGone(tx: Tx, userId: string, id: string): Promise<EntryRow> {
  const known = idField.safeParse(id);
  const [row] = known.success ? await entriesById(tx, userId, [known.data]) : [];
  if (row === undefined) throw notFound();
  if (row.isHere) throw stillHere();
  return row;
}

async function aboutGone(
  tx: Tx,
  userId: string,
  { id, timeZone }: { id: string; timeZone: string },
): Promise<About> {
  const row = await ownGone(tx, userId, id);
  return {
    action: `/journal/entries/${row.id}/removal`,
    backHref: '/journal?kind=gone',
    title: 'Delete this entry?',
    what: `${row.symbol} ${row.side} ${lots(row.volume)}`,
    text: `opened ${String(when(row.openedAt, timeZone))} in ${row.account}: all that you wrote of it is deleted. This cannot be undone.`,
  };
}

async function aboutMissed(
  tx: Tx,
  userId: string,
  { id, timeZone }: { id: string; timeZone: string },
): Promise<About> {
  const row = await ownMissed(tx, userId, id);
  return {
    action: `/journal/missed/${row.id}/removal`,
    backHref: `/journal/missed/${row.id}`,
    title: 'Delete this missed trade?',
    what: `${row.symbol} ${row.side}`,
    text: `seen ${String(when(row.seenAt, timeZone))}, is deleted with all that you wrote of it. This cannot be undone.`,
  };
}

/** Deleting what is written of a trade that is gone, or of one that was missed; once more asked. */
export function removalRoutes(app: FastifyInstance, { db, page, region, cookies }: Kit): void {
  const ask = (path: string, aboutOf: typeof aboutGone): void => {
    const about = (request: FastifyRequest<Id>): Promise<About> => {
      const { userId, timeZone } = visitorOf(request);
      return db.withTenant('app', userId, (tx) => aboutOf(tx, userId, { id: request.params.id, timeZone }));
    };
    app.get<Id>(`${path}/removal`, { config }, async (request, reply) => {
      const asked = await about(request);
      return page(
        request,
        reply,
        { view: 'journal/removal', title: asked.title, section: 'journal' },
        { about: asked },
      );
    });
    app.get<Id>(`${path}/removal/dialog`, { config }, async (request, reply) =>
      region(request, reply, { view: 'journal/_removal-dialog' }, { about: await about(request) }),
    );
  };

  ask('/journal/entries/:id', aboutGone);
  app.post<Id>('/journal/entries/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) => {
      const { id } = await ownGone(tx, userId, request.params.id);
      if (!(await removeGone(tx, userId, id))) throw stillHere();
    });
    return sayNext(reply, cookies, 'entry-removed').redirect('/journal?kind=gone', 303);
  });

  ask('/journal/missed/:id', aboutMissed);
  app.post<Id>('/journal/missed/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) => {
      const { id } = await ownMissed(tx, userId, request.params.id);
      await removeMissed(tx, userId, id);
    });
    return sayNext(reply, cookies, 'missed-removed').redirect('/journal', 303);
  });
}
