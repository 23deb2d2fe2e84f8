import { z } from 'zod';
import { entryOf, type Entry } from '../../data/journal.js';
import { usedLabels, type LabelKind } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { adherence, moods } from '../../domain/judgement.js';
import { answers, type ApiApp } from '../../web/api.js';
import { labelField } from '../../web/label-fields.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { notesField } from '../../web/notes-field.js';
import { mostMistakes, mostTags } from './journal-form.js';
import { saveJournal } from './save-journal.js';
import { tradeIdIn } from './trade-routes.js';

const params = z.object({ id: z.string() });

const entryShape = z.object({
  notes: z.string(),
  tags: z.array(z.string()),
  setup: z.string().nullable(),
  mood: z.enum(moods).nullable(),
  quality: z.number().int().nullable().describe('of the setup, 1 to 5'),
  followedPlan: z.boolean().nullable(),
  mistakes: z.array(z.string()),
  checklist: z
    .array(z.object({ line: z.string(), kept: z.boolean() }))
    .describe('the lines of the setup as they were when they were answered'),
  adherence: z.number().nullable().describe('the share of the checklist that was kept, 0 to 1'),
  version: z.number().int().describe('0: nothing was ever written'),
  updatedAt: z.iso.datetime().nullable(),
});

const wantedEntry = z.strictObject({
  notes: notesField,
  tags: z
    .array(labelField)
    .max(mostTags, { error: `A trade has up to ${mostTags} tags.` })
    .describe('names; those that are new are made'),
  setup: labelField.nullable().describe('a name, made where it is new'),
  mood: z.enum(moods).nullable().default(null),
  quality: z.number().int().min(1).max(5).nullable().default(null).describe('of the setup, 1 to 5'),
  followedPlan: z.boolean().nullable().default(null),
  mistakes: z
    .array(labelField)
    .max(mostMistakes, { error: `A trade has up to ${mostMistakes} mistakes.` })
    .default([])
    .describe('names; those that are new are made'),
  kept: z
    .array(z.string().max(200))
    .max(100)
    .default([])
    .describe('the lines of the setup’s checklist that were kept'),
  version: z
    .number({ error: 'The version you have read.' })
    .int()
    .min(0)
    .max(2_147_483_647)
    .describe('the version this is to replace, as it was read; another one is answered with 409'),
});

const labelShape = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      colour: z.number().int().nullable().describe('of tags one of eight, from 1'),
      trades: z.number().int().describe('how many have it'),
    }),
  ),
  nextCursor: z.null(),
});

const entryJson = (entry: Entry): z.infer<typeof entryShape> => ({
  notes: entry.notes,
  tags: entry.tags.map(({ name }) => name),
  setup: entry.setup?.name ?? null,
  mood: entry.mood,
  quality: entry.quality,
  followedPlan: entry.followedPlan,
  mistakes: entry.mistakes.map(({ name }) => name),
  checklist: entry.checks.asked.map((line) => ({ line, kept: entry.checks.kept.includes(line) })),
  adherence: adherence(entry.checks),
  version: entry.version,
  updatedAt: entry.updatedAt?.toISOString() ?? null,
});

async function ownEntry(tx: Tx, userId: string, id: string): Promise<Entry> {
  const entry = await entryOf(tx, userId, tradeIdIn(id));
  if (entry === undefined) throw notFound();
  return entry;
}

/** What is written of trades, for programs; and the words that are there. */
export function journalApiRoutes(api: ApiApp, kit: Kit): void {
  readRoute(api, kit);
  writeRoute(api, kit);
  labelsRoute(api, kit, 'tags');
  labelsRoute(api, kit, 'setups');
  labelsRoute(api, kit, 'mistakes');
}

function readRoute(api: ApiApp, { db }: Kit): void {
  const schema = { summary: 'What is written of a trade', params, response: answers(entryShape) };
  api.get('/trades/:id/journal', { config: { access: 'api:read' }, schema }, async (request) => {
    const { userId } = visitorOf(request);
    return entryJson(await db.withTenant('app', userId, (tx) => ownEntry(tx, userId, request.params.id)));
  });
}

function writeRoute(api: ApiApp, { db, clock }: Kit): void {
  api.put(
    '/trades/:id/journal',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Write of a trade, in the place of what is there',
        params,
        body: wantedEntry,
        response: answers(entryShape),
      },
      // Before the body is looked at: what is somebody else's is not there, whatever is sent to it.
      preValidation: async (request) => {
        const { userId } = visitorOf(request);
        await db.withTenant('app', userId, (tx) => ownEntry(tx, userId, request.params.id));
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      const id = tradeIdIn(request.params.id);
      const { tags, setup, mistakes, ...said } = request.body;
      const wanted = {
        ...said,
        setup: setup ?? '',
        tags: { ids: [], names: tags },
        mistakes: { ids: [], names: mistakes },
      };
      return db.withTenant('app', userId, async (tx) => {
        await saveJournal(tx, userId, id, { wanted, at: clock.now() });
        return entryJson(await ownEntry(tx, userId, id));
      });
    },
  );
}

function labelsRoute(api: ApiApp, { db }: Kit, kind: LabelKind): void {
  const summary = { tags: 'Tags, from A', setups: 'Setups, from A', mistakes: 'Mistakes, from A' }[kind];
  const schema = { summary, response: answers(labelShape) };
  api.get(`/${kind}`, { config: { access: 'api:read' }, schema }, async (request) => {
    const { userId } = visitorOf(request);
    const labels = await db.withTenant('app', userId, (tx) => usedLabels(tx, userId, kind));
    const items = labels.map(({ id, name, colour, used }) => ({
      ...{ id, name, trades: used, colour: kind === 'tags' ? colour : null },
    }));
    return { items, nextCursor: null };
  });
}
