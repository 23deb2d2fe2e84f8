import { z } from 'zod';
import { entryOf, type Entry } from '../../data/journal.js';
import { usedLabels, type LabelKind } from '../../data/labels.js';
import type { Tx } from '../../data/database.js';
import { notFound } from '../../lib/fault.js';
import { answers, type ApiApp } from '../../web/api.js';
import { labelField } from '../../web/label-fields.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { mostTags, notesField } from './journal-form.js';
import { saveJournal } from './save-journal.js';
import { tradeIdIn } from './trade-routes.js';

const params = z.object({ id: z.string() });

const entryShape = z.object({
  notes: z.string(),
  tags: z.array(z.string()),
  setup: z.string().nullable(),
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
      colour: z.number().int().nullable().describe('one of eight, from 1; setups have none'),
      trades: z.number().int().describe('how many have it'),
    }),
  ),
  nextCursor: z.null(),
});

const entryJson = ({ notes, tags, setup, version, updatedAt }: Entry): z.infer<typeof entryShape> => ({
  notes,
  tags: tags.map(({ name }) => name),
  setup: setup?.name ?? null,
  version,
  updatedAt: updatedAt?.toISOString() ?? null,
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
      const { notes, tags, setup, version } = request.body;
      const wanted = { notes, version, tagIds: [], tagNames: tags, setup: setup ?? '' };
      return db.withTenant('app', userId, async (tx) => {
        await saveJournal(tx, userId, id, { wanted, at: clock.now() });
        return entryJson(await ownEntry(tx, userId, id));
      });
    },
  );
}

function labelsRoute(api: ApiApp, { db }: Kit, kind: LabelKind): void {
  const summary = kind === 'tags' ? 'Tags, from A' : 'Setups, from A';
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
