import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageKinds } from '../../domain/journal-page.js';
import { answerSaved, answerUnsaved, wantsJson } from '../../web/autosave.js';
import { readForm, textIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { RefusedPage } from './editor-view.js';
import { atDesk, placeOf, type Asked } from './ground.js';
import { longestNotes } from '../../web/notes-field.js';
import { mostFormBytes, pageForm, typedPage } from './page-form.js';
import { askedIn, paramOf, showJournalPage } from './page-routes.js';
import { pathOf } from '../../web/journal-page-words.js';
import { isStale, savePage, type Kept, type WantedPage } from './save-page.js';
import { summaryText } from './summary-text.js';

const changedMeanwhile =
  'This was changed in another tab since you opened it. What you wrote is still here; below is what was saved. Saving now puts yours in its place.';
const noRoom = `The figures find no room: a review has up to ${longestNotes} characters. Shorten it first.`;

type Outcome = { kept: Kept; refused: null } | { kept: null; refused: Omit<RefusedPage, 'typed'> };

const refusal = (errors: Record<string, string>, isOld = false): Outcome => ({
  kept: null,
  refused: { errors, isStale: isOld },
});

/** The review with the figures below it, where these are asked for. */
async function withNumbers(
  kit: Kit,
  request: FastifyRequest,
  asked: Asked,
  wanted: WantedPage,
): Promise<WantedPage> {
  if (textIn(request.body, 'start') !== 'numbers') return wanted;
  const numbers = await atDesk(kit, visitorOf(request), asked, summaryText);
  const review = [wanted.review ?? '', numbers].filter((text) => text !== '').join('\n\n');
  return { ...wanted, review };
}

async function outcomeOf(kit: Kit, request: FastifyRequest, asked: Asked): Promise<Outcome> {
  const { userId } = visitorOf(request);
  const read = readForm(pageForm, request.body);
  if (!read.ok) return refusal(read.errors);
  const { version: seen, ...written } = read.values;
  const wanted = await withNumbers(kit, request, asked, written);
  if ((wanted.review ?? '').length > longestNotes) return refusal({ review: noRoom });
  try {
    const at = kit.clock.now();
    const kept = await kit.db.withTenant('app', userId, (tx) =>
      savePage(tx, userId, asked.key, { wanted, seen, at }),
    );
    return { kept, refused: null };
  } catch (error) {
    if (isStale(error)) return refusal({ version: changedMeanwhile }, true);
    throw error;
  }
}

/** The same for the script that saves while somebody types. */
const answerScript = (
  reply: FastifyReply,
  { kept, refused }: Outcome,
  { timeZone, now }: { timeZone: string; now: Date },
): FastifyReply =>
  refused === null
    ? answerSaved(reply, { version: kept.version, at: kept.updatedAt ?? now, timeZone })
    : answerUnsaved(reply, refused);

/** What somebody writes on a page, saved by its button or while it is typed. */
export function savePageRoutes(app: FastifyInstance, kit: Kit): void {
  const show = showJournalPage(kit);
  const options = { config: { access: 'user' } as const, bodyLimit: mostFormBytes };
  for (const kind of pageKinds)
    app.post<{ Params: Partial<Record<'date' | 'month', string>> }>(
      `${pathOf(kind)}/:${paramOf(kind)}`,
      options,
      async (request, reply): Promise<FastifyReply> => {
        const asked = askedIn(kind, request);
        const outcome = await outcomeOf(kit, request, asked);
        if (wantsJson(request))
          return answerScript(reply, outcome, {
            timeZone: visitorOf(request).timeZone,
            now: kit.clock.now(),
          });
        if (outcome.refused === null) return reply.redirect(placeOf(asked.key, asked), 303);
        return show(request, reply, {
          asked,
          refused: { ...outcome.refused, typed: typedPage(request.body) },
        });
      },
    );
}
