import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  changeLabel,
  colours,
  ensureLabels,
  mergeLabel,
  mostLabels,
  removeLabel,
  usedLabels,
  type LabelKind,
  type UsedLabel,
} from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { idField, readForm, textIn } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { labelField } from '../../web/label-fields.js';
import { count } from '../../web/words.js';

type Id = { Params: { id: string } };
const config = { access: 'user' } as const;
const kinds: readonly LabelKind[] = ['tags', 'setups', 'mistakes'];

const mostLines = 20;
const longestLine = 120;

/** What is to be true before a trade of a setup is taken, a line each. */
const checklistField = z
  .string()
  .max(mostLines * longestLine * 2, { error: 'This is too long for a checklist.' })
  .default('')
  .transform((text) =>
    [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== ''),
  )
  .refine((lines) => lines.length <= mostLines, { error: `A checklist has up to ${mostLines} lines.` })
  .refine((lines) => lines.every((line) => line.length <= longestLine), {
    error: `A line of a checklist has up to ${longestLine} characters.`,
  })
  .refine((lines) => !lines.some((line) => /[\p{Cc}\p{Cf}]/u.test(line)), {
    error: 'Please use visible characters only.',
  });

const newForm = z.object({ name: labelField });
const changeForm = z.object({
  name: labelField,
  colour: z
    .string()
    .regex(/^[1-9]$/)
    .transform(Number)
    .refine((colour) => colour <= colours)
    .catch(1),
  checklist: checklistField,
});
const mergeForm = z.object({ into: z.uuid({ error: 'Choose what it is to be merged into.' }) });

/** What somebody typed that cannot be used: of one word, or (id null) of a new one. */
interface Refused {
  kind: LabelKind;
  id: string | null;
  name: string;
  checklist?: string;
  error: string;
}

const words = {
  tags: { one: 'tag', title: 'Tags', note: 'a trade can have several', placeholder: 'Late entry' },
  setups: { one: 'setup', title: 'Setups', note: 'a trade has one', placeholder: 'London breakout' },
  mistakes: {
    one: 'mistake',
    title: 'Mistakes',
    note: 'what they cost is counted',
    placeholder: 'Added to a loser',
  },
} as const;

function rowOf(kind: LabelKind, label: UsedLabel, refused: Refused | null) {
  const { id, name, colour, used } = label;
  const mine = refused?.id === id && refused.kind === kind ? refused : null;
  return {
    id,
    name,
    colour,
    used: used === 0 ? null : count(used, 'trade'),
    href: `/trades?${words[kind].one}=${id}`,
    path: `/settings/${kind}/${id}`,
    typed: mine?.name ?? name,
    checklist: mine?.checklist ?? label.checklist.join('\n'),
    lines: label.checklist.length === 0 ? '' : count(label.checklist.length, 'check'),
    error: mine?.error ?? '',
    removeQuestion:
      used === 0
        ? `Delete “${name}”? No trade has it.`
        : `Delete “${name}”? It is taken from ${count(used, 'trade')}; their notes stay.`,
  };
}

async function sectionOf(tx: Tx, userId: string, kind: LabelKind, refused: Refused | null) {
  const rows = (await usedLabels(tx, userId, kind)).map((label) => rowOf(kind, label, refused));
  const fresh = refused?.id === null && refused.kind === kind ? refused : null;
  return { kind, ...words[kind], rows, typed: fresh?.name ?? '', error: fresh?.error ?? '' };
}

/** The words somebody sorts trades by: tags, setups and mistakes. */
export function labelRoutes(app: FastifyInstance, kit: Kit): void {
  const { db, clock, page } = kit;
  const data = (request: FastifyRequest, refused: Refused | null) => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, async (tx) => ({
      sections: [
        await sectionOf(tx, userId, 'tags', refused),
        await sectionOf(tx, userId, 'setups', refused),
        await sectionOf(tx, userId, 'mistakes', refused),
      ],
    }));
  };
  const show = async (request: FastifyRequest, reply: FastifyReply, refused: Refused | null) =>
    page(
      request,
      reply,
      {
        view: 'settings/tags',
        title: 'Tags, setups and mistakes',
        section: 'settings',
        status: refused === null ? 200 : 422,
      },
      { tab: 'tags', ...(await data(request, refused)) },
    );

  app.get('/settings/tags', { config }, async (request, reply) => show(request, reply, null));
  app.get('/settings/tags/list', { config }, async (request, reply) =>
    kit.region(request, reply, { view: 'settings/_labels' }, await data(request, null)),
  );

  for (const kind of kinds) {
    app.post(`/settings/${kind}`, { config }, async (request, reply) => {
      const { userId } = visitorOf(request);
      const refused = (error: string) =>
        show(request, reply, { kind, id: null, name: textIn(request.body, 'name'), error });
      const read = readForm(newForm, request.body);
      if (!read.ok) return refused(read.errors['name'] ?? 'This cannot be a name.');
      const names = [read.values.name];
      const made = await db.withTenant('app', userId, (tx) =>
        ensureLabels(tx, userId, kind, { names, at: clock.now() }),
      );
      if (made === null) return refused(`There are ${mostLabels} already. Delete one first.`);
      return reply.redirect('/settings/tags', 303);
    });
    ownLabelRoutes(app, kit, { kind, show });
  }
}

interface Section {
  kind: LabelKind;
  show: (request: FastifyRequest, reply: FastifyReply, refused: Refused | null) => Promise<FastifyReply>;
}

/** What can be done with one word: each finds only those of the visitor. */
function ownLabelRoutes(app: FastifyInstance, { db }: Kit, { kind, show }: Section): void {
  const own = async (request: FastifyRequest<Id>): Promise<UsedLabel> => {
    const { userId } = visitorOf(request);
    const id = idField.safeParse(request.params.id);
    const known = id.success ? await db.withTenant('app', userId, (tx) => usedLabels(tx, userId, kind)) : [];
    const label = known.find((one) => one.id === id.data);
    if (label === undefined) throw notFound();
    return label;
  };

  app.post<Id>(`/settings/${kind}/:id`, { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const label = await own(request);
    const refused = (error: string) =>
      show(request, reply, {
        ...{ kind, id: label.id, error },
        ...{ name: textIn(request.body, 'name'), checklist: textIn(request.body, 'checklist') },
      });
    const read = readForm(changeForm, request.body);
    if (!read.ok) return refused(read.errors['name'] ?? read.errors['checklist'] ?? 'This cannot be a name.');
    const done = await db.withTenant('app', userId, (tx) =>
      changeLabel(tx, userId, { kind, id: label.id }, read.values),
    );
    if (done === 'taken')
      return refused(`Another ${words[kind].one} is called so. Merge this one into it instead.`);
    return reply.redirect('/settings/tags', 303);
  });

  app.post<Id>(`/settings/${kind}/:id/merger`, { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const { id, name } = await own(request);
    const read = readForm(mergeForm, request.body);
    if (!read.ok)
      return show(request, reply, { kind, id, name, error: read.errors['into'] ?? 'This cannot be done.' });
    const { into } = read.values;
    const isDone = await db.withTenant('app', userId, (tx) => mergeLabel(tx, userId, { kind, id, into }));
    if (!isDone) throw notFound();
    return reply.redirect('/settings/tags', 303);
  });

  app.post<Id>(`/settings/${kind}/:id/removal`, { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const { id } = await own(request);
    await db.withTenant('app', userId, (tx) => removeLabel(tx, userId, kind, id));
    return reply.redirect('/settings/tags', 303);
  });
}
