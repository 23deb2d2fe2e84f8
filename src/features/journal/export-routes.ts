import type { FastifyInstance, FastifyRequest } from 'fastify';
import { dayOf } from '../../lib/day.js';
import { Fault } from '../../lib/fault.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { countTry } from '../../web/too-many.js';
import { archiveOf } from './export-archive.js';
import type { PicturesOf } from './export-pictures.js';
import { readJournalFilter } from './filter.js';
import { foundFilter } from './timeline.js';

type Asking = FastifyRequest<{ Querystring: Record<string, unknown> }>;

const noPictures: PicturesOf = () => Promise.resolve([]);

/** A zip of exactly the entries that a query string lists, the latest first, with their pictures. */
export function exportRoutes(
  app: FastifyInstance,
  { db, clock, limiter }: Kit,
  picturesOf: PicturesOf = noPictures,
): void {
  app.get('/journal/export', { config: { access: 'user' } }, async (request: Asking, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const madeAt = clock.now();
    const { filter: asked, errors } = readJournalFilter(request.query, timeZone, madeAt);
    // A file must not hold more than was meant.
    const [refused] = Object.values(errors);
    if (refused !== undefined) throw new Fault(400, 'invalid', `Nothing was exported. ${refused}`);
    await countTry(limiter, 'exportByUser', userId);
    const filter = await db.withTenant('app', userId, (tx) => foundFilter(tx, userId, asked));
    if (filter === null)
      throw new Fault(400, 'invalid', 'Nothing was exported. There is no word in what is searched for.');
    const name = `rawjournal-journal-${dayOf(madeAt, timeZone)}.zip`;
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(archiveOf({ db, userId, timeZone, filter, picturesOf, madeAt }));
  });
}
