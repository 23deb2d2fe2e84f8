import { z } from 'zod';
import { screenshotLimits, screenshotOf, screenshotsOf, type Screenshot } from '../../data/screenshots.js';
import { answers, answersWith, type ApiApp } from '../../web/api.js';
import { visitorOf } from '../../web/kit.js';
import { removePicture } from './change-routes.js';
import { keepSending, type ScreenshotDeps } from './keep.js';
import { ownScreenshot, ownTradeId } from './own.js';
import { closeAll } from './receive.js';
import { receiveFirst, takeArrived } from './send-routes.js';
import { servePicture } from './serve-routes.js';

const params = z.object({ id: z.string() });
const read = { access: 'api:read' } as const;
const write = { access: 'api:write' } as const;

const shape = z.object({
  id: z.uuid(),
  trade: z.uuid(),
  url: z.string().describe('the picture itself, WebP, with the same token'),
  width: z.number().int(),
  height: z.number().int(),
  bytes: z.number().int().describe('kept, both sizes'),
  caption: z.string(),
  addedAt: z.iso.datetime(),
});
const list = z.object({ items: z.array(shape), nextCursor: z.null() });

const jsonOf = ({ id, tradeId, addedAt, ...picture }: Screenshot): z.infer<typeof shape> => ({
  id,
  trade: tradeId,
  url: `/api/v1/screenshots/${id}`,
  ...picture,
  addedAt: addedAt.toISOString(),
});

const sendSummary =
  `Add pictures to a trade as multipart/form-data: file, once or several times, and caption where you like. PNG, JPEG ` +
  `or WebP up to ${screenshotLimits.sentBytes / 1024 / 1024} MB; the same file again adds nothing. Of several, those before a refused one are kept.`;

/** Pictures of trades, for programs. */
export function screenshotApiRoutes(api: ApiApp, deps: ScreenshotDeps): void {
  const { db } = deps.kit;
  api.get(
    '/trades/:id/screenshots',
    {
      config: read,
      schema: { summary: 'Pictures of a trade, the oldest first', params, response: answers(list) },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const all = await db.withTenant('app', userId, async (tx) =>
        screenshotsOf(tx, userId, await ownTradeId(tx, userId, request.params.id)),
      );
      return { items: all.map(jsonOf), nextCursor: null };
    },
  );
  sendRoute(api, deps);
  api.get(
    '/screenshots/:id',
    {
      config: read,
      schema: {
        summary: 'A picture',
        params,
        response: answers(z.unknown().describe('the bytes, image/webp')),
      },
    },
    servePicture(deps, 'full'),
  );
  api.delete(
    '/screenshots/:id',
    { config: write, schema: { summary: 'Delete a picture', params, response: answersWith(204, z.null()) } },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const { id } = await db.withTenant('app', userId, (tx) => ownScreenshot(tx, userId, request.params.id));
      await removePicture(deps, userId, id);
      return reply.code(204).send(null);
    },
  );
}

function sendRoute(api: ApiApp, deps: ScreenshotDeps): void {
  const { db } = deps.kit;
  api.post(
    '/trades/:id/screenshots',
    {
      config: write,
      schema: {
        summary: sendSummary,
        params,
        consumes: ['multipart/form-data'],
        response: answersWith(201, list),
      },
      preValidation: receiveFirst(deps),
    },
    async (request, reply) => {
      const { tradeId, sending } = takeArrived(request);
      try {
        const { userId } = visitorOf(request);
        const { ids, refused } = await keepSending(deps, { userId, tradeId }, sending);
        if (refused[0] !== undefined) throw refused[0].fault;
        const items = await db.withTenant('app', userId, async (tx) => {
          const found = [];
          for (const id of ids) found.push(await screenshotOf(tx, userId, id));
          return found.filter((one) => one !== undefined).map(jsonOf);
        });
        return await reply.code(201).send({ items, nextCursor: null });
      } finally {
        await closeAll(sending.pictures);
      }
    },
  );
}
