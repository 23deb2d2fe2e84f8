import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ManualRecord } from '../../data/manual-trades.js';
import { lots } from '../../web/figures.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { when } from '../../web/words.js';
import { ownManual } from './manual-routes.js';
import { removeManual } from './save-manual.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;

const aboutOf = ({ trade, account }: ManualRecord, id: string, timeZone: string) => ({
  id,
  name: `${trade.symbol} ${trade.side} ${lots(trade.lots)}`,
  opened: when(trade.openedAt, timeZone),
  account: account.label,
});

/** Deleting a trade that was entered by hand, once more asked. */
export function tradeRemovalRoutes(app: FastifyInstance, { db, clock, page, region, cookies }: Kit): void {
  const removalOf = (request: FastifyRequest<Id>) => {
    const { userId, timeZone } = visitorOf(request);
    const { id } = request.params;
    return db.withTenant('app', userId, async (tx) => aboutOf(await ownManual(tx, userId, id), id, timeZone));
  };

  app.get<Id>('/trades/:id/removal', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'trades/removal', title: 'Delete a trade', section: 'trades' },
      await removalOf(request),
    ),
  );
  app.get<Id>('/trades/:id/removal/dialog', { config }, async (request, reply) =>
    region(request, reply, { view: 'trades/_removal-dialog' }, await removalOf(request)),
  );

  app.post<Id>('/trades/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) => {
      const record = await ownManual(tx, userId, request.params.id);
      await removeManual(tx, userId, record, occasionOf(request, clock));
    });
    return sayNext(reply, cookies, 'trade-removed').redirect('/trades', 303);
  });
}
