import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { legalNames, legalPages, saveLegalPage, type LegalName } from '../../data/legal-pages.js';
import { readForm } from '../../web/form.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { when } from '../../web/words.js';

/** The texts that are shown until an administrator has written others, in Markdown. */
export type LegalDrafts = Readonly<Record<LegalName, string>>;

const titles: Readonly<Record<LegalName, string>> = { terms: 'Terms', privacy: 'Privacy' };
const mostLetters = 50_000;

const bodyForm = z.object({
  body: z
    .string({ error: 'Please fill this in.' })
    .max(mostLetters, { error: `Please keep it within ${mostLetters} characters.` })
    // Browsers send two characters for a line's end.
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .refine((text) => text !== '', { error: 'An empty page tells nobody anything. Write what is so.' }),
});

async function legalText(db: Kit['db'], drafts: LegalDrafts, name: LegalName) {
  const own = (await db.withInstallation(legalPages)).find((each) => each.name === name);
  return { body: own?.body ?? drafts[name], version: own?.version ?? null, savedAt: own?.saved_at ?? null };
}

/** Terms and privacy: for everybody to read, and for the administrator to write. */
export function legalRoutes(app: FastifyInstance, kit: Kit, drafts: LegalDrafts): void {
  const { db, page, clock, cookies } = kit;

  const textOf = (name: LegalName) => legalText(db, drafts, name);
  for (const name of legalNames)
    app.get(`/${name}`, { config: { access: 'everyone' } }, async (request, reply) => {
      const { body, version, savedAt } = await textOf(name);
      const since = when(savedAt, request.visitor?.timeZone ?? 'UTC');
      return page(
        request,
        reply,
        { view: 'legal/show', title: titles[name] },
        { body, note: version === null ? 'a draft' : `version ${version}, ${since ?? ''}` },
      );
    });

  const edit = async (
    request: FastifyRequest,
    reply: FastifyReply,
    refused: { name: LegalName; body: string; error: string } | null,
  ) => {
    const { timeZone } = visitorOf(request);
    const pages = await Promise.all(
      legalNames.map(async (name) => {
        const { body, version, savedAt } = await textOf(name);
        const isRefused = refused?.name === name;
        return {
          ...{ name, title: titles[name], body: isRefused ? refused.body : body },
          error: isRefused ? refused.error : '',
          note:
            version === null
              ? 'the draft that is shipped'
              : `version ${version}, saved ${when(savedAt, timeZone) ?? ''}`,
        };
      }),
    );
    return page(
      request,
      reply,
      { view: 'admin/pages', title: 'Pages', section: 'admin', status: refused === null ? 200 : 422 },
      { tab: 'pages', pages },
    );
  };

  app.get('/admin/pages', { config: { access: 'admin' } }, async (request, reply) =>
    edit(request, reply, null),
  );
  for (const name of legalNames)
    app.post(`/admin/pages/${name}`, { config: { access: 'admin' } }, async (request, reply) => {
      const read = readForm(bodyForm, request.body);
      if (!read.ok)
        return edit(request, reply, {
          ...{ name, body: read.typed['body'] ?? '' },
          error: read.errors['body'] ?? 'This cannot be used.',
        });
      await db.withInstallation((tx) => saveLegalPage(tx, name, read.values.body, clock.now()));
      return sayNext(reply, cookies, 'page-saved').redirect('/admin/pages', 303);
    });
}
