import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { visitorOf, type Kit } from '../../web/kit.js';
import { ownTradeId } from './own.js';
import { picturesView, type RefusedCaption } from './view.js';

export type ById = { Params: { id: string } };

/** Shows the pictures of a trade on a page of their own, with what was refused; where scripts are, only its words are read. */
export async function showRefused(
  { db, page }: Kit,
  request: FastifyRequest,
  reply: FastifyReply,
  { tradeId, error, refused = null }: { tradeId: string; error: string; refused?: RefusedCaption | null },
): Promise<FastifyReply> {
  const { userId, timeZone } = visitorOf(request);
  const asked = { tradeId, timeZone, error, refused };
  const pictures = await db.withTenant('app', userId, (tx) => picturesView(tx, userId, asked));
  const shown = { view: 'screenshots/refused', title: 'Screenshots', section: 'trades', status: 422 };
  return page(request, reply, shown, { pictures, backHref: `/trades/${tradeId}` });
}

/** The region of a trade's page that shows its pictures. */
export function showRoutes(app: FastifyInstance, { db, region }: Kit): void {
  app.get<ById>('/trades/:id/screenshots', { config: { access: 'user' } }, async (request, reply) => {
    const { userId, timeZone } = visitorOf(request);
    const pictures = await db.withTenant('app', userId, async (tx) => {
      const tradeId = await ownTradeId(tx, userId, request.params.id);
      return picturesView(tx, userId, { tradeId, timeZone, error: '', refused: null });
    });
    return region(request, reply, { view: 'screenshots/_pictures' }, { pictures });
  });
}
