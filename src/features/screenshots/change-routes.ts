import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { removeScreenshot, setCaption, type Screenshot } from '../../data/screenshots.js';
import { notFound } from '../../lib/fault.js';
import { readForm, textIn } from '../../web/form.js';
import { visitorOf } from '../../web/kit.js';
import { captionField } from './caption-field.js';
import type { ScreenshotDeps } from './keep.js';
import { ownScreenshot } from './own.js';
import { showRefused, type ById } from './show-routes.js';

const config = { access: 'user' } as const;
const form = z.object({ caption: captionField });

/** Takes a picture away: its row, then its files. Throws a Fault 404. */
export async function removePicture(
  { kit, pictures }: ScreenshotDeps,
  userId: string,
  id: string,
): Promise<void> {
  const isDone = await kit.db.withTenant('app', userId, (tx) => removeScreenshot(tx, userId, id));
  if (!isDone) throw notFound();
  // Whatever happens before this is done: nobody holds them any more, and so they are swept away.
  await pictures.remove(id);
}

/** What can be done with one picture. */
export function changeRoutes(app: FastifyInstance, deps: ScreenshotDeps): void {
  const { kit } = deps;
  const own = (request: FastifyRequest<ById>): Promise<Screenshot> => {
    const { userId } = visitorOf(request);
    return kit.db.withTenant('app', userId, (tx) => ownScreenshot(tx, userId, request.params.id));
  };

  app.post<ById>('/screenshots/:id/caption', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const { id, tradeId } = await own(request);
    const read = readForm(form, request.body);
    if (!read.ok) {
      const error = read.errors['caption'] ?? 'This cannot be a caption.';
      const refused = { id, typed: textIn(request.body, 'caption'), error };
      return showRefused(kit, request, reply, { tradeId, error: '', refused });
    }
    const { caption } = read.values;
    const isDone = await kit.db.withTenant('app', userId, (tx) => setCaption(tx, userId, { id, caption }));
    if (!isDone) throw notFound();
    return reply.redirect(`/trades/${tradeId}#screenshots`, 303);
  });

  app.post<ById>('/screenshots/:id/removal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const { id, tradeId } = await own(request);
    await removePicture(deps, userId, id);
    return reply.redirect(`/trades/${tradeId}#screenshots`, 303);
  });
}
