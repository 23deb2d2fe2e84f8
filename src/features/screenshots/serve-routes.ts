import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PictureSize } from '../../data/picture-files.js';
import { notFound } from '../../lib/fault.js';
import { visitorOf } from '../../web/kit.js';
import type { ScreenshotDeps } from './keep.js';
import { ownScreenshot } from './own.js';
import type { ById } from './show-routes.js';

const config = { access: 'user' } as const;

/** Beside those of every answer: whatever a browser makes of the bytes, they can do nothing, and they never change. */
const headers = {
  'content-type': 'image/webp',
  'content-security-policy': "sandbox; default-src 'none'",
  'cache-control': 'private, max-age=31536000, immutable',
};

/** Answers a picture to its owner. */
export const servePicture =
  ({ kit, pictures }: ScreenshotDeps, size: PictureSize) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { userId } = visitorOf(request);
    const asked = (request.params as ById['Params']).id;
    const { id } = await kit.db.withTenant('app', userId, (tx) => ownScreenshot(tx, userId, asked));
    const file = await pictures.open(id, size);
    if (file === null) throw notFound();
    const { size: bytes } = await file.stat();
    return reply.headers({ ...headers, 'content-length': bytes }).send(file.createReadStream());
  };

export function serveRoutes(app: FastifyInstance, deps: ScreenshotDeps): void {
  app.get<ById>('/screenshots/:id', { config }, servePicture(deps, 'full'));
  app.get<ById>('/screenshots/:id/thumbnail', { config }, servePicture(deps, 'thumbnail'));
}
