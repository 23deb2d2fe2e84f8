import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../../data/database.js';
import { missedBehind, removeMissed } from '../../data/missed-trades.js';
import { moods } from '../../domain/judgement.js';
import { answers, answersWith, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { labelField } from '../../web/label-fields.js';
import { pageOf, pageQuery, pageShape, readCursor } from '../../web/paging.js';
import { missedJson, missedShape } from './api-shapes.js';
import { expectedField, missedFields } from './missed-form.js';
import { addWanted, ownMissed, saveWanted, type WantedMissed } from './save-missed.js';

const params = z.object({ id: z.string() });

const wanted = z.strictObject({
  ...missedFields,
  seenAt: z.iso
    .datetime({ offset: true, error: 'A time is ISO 8601, such as 2026-11-21T14:32:00Z.' })
    .transform((text) => new Date(text)),
  setup: labelField.nullable().default(null).describe('a name, made where it is new'),
  mood: z.enum(moods).nullable().default(null),
  expectedR: expectedField.nullable().default(null).describe('decimal text, in multiples of the risk'),
});

const changed = wanted.extend({
  version: z
    .number({ error: 'The version you have read.' })
    .int()
    .min(1)
    .max(2_147_483_647)
    .describe('the version this is to replace, as it was read; another one is answered with 409'),
});

const cursorPattern = /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36}$/;

/** Trades that were seen and not taken, for programs. */
export function missedApiRoutes(api: ApiApp, kit: Kit): void {
  listRoute(api, kit);
  oneRoute(api, kit);
  addRoute(api, kit);
  changeRoute(api, kit);
  removalRoute(api, kit);
}

function listRoute(api: ApiApp, { db }: Kit): void {
  const schema = {
    summary: 'Missed trades, the latest first',
    querystring: pageQuery,
    response: answers(pageShape(missedShape)),
  };
  api.get('/missed-trades', { config: { access: 'api:read' }, schema }, async (request) => {
    const { userId } = visitorOf(request);
    const { limit, cursor } = request.query;
    const [seenAt = '', id = ''] = readCursor(cursor, cursorPattern) ?? [];
    const after = cursor === undefined ? null : { seenAt, id };
    const rows = await db.withTenant('app', userId, (tx) =>
      missedBehind(tx, userId, { limit: limit + 1, after }),
    );
    return pageOf(rows, limit, { item: missedJson, key: (row) => [row.seenAt.toISOString(), row.id] });
  });
}

function oneRoute(api: ApiApp, { db }: Kit): void {
  const schema = { summary: 'A missed trade', params, response: answers(missedShape) };
  api.get('/missed-trades/:id', { config: { access: 'api:read' }, schema }, async (request) => {
    const { userId } = visitorOf(request);
    return missedJson(await db.withTenant('app', userId, (tx) => ownMissed(tx, userId, request.params.id)));
  });
}

function addRoute(api: ApiApp, { db, clock }: Kit): void {
  const schema = {
    summary: 'Add a missed trade',
    body: wanted,
    response: answersWith(201, missedShape),
  };
  api.post('/missed-trades', { config: { access: 'api:write' }, schema }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const id = randomUUID();
    const row = await db.withTenant('app', userId, async (tx) => {
      await addWanted(tx, userId, request.body, { id, at: clock.now() });
      return ownMissed(tx, userId, id);
    });
    return reply.code(201).send(missedJson(row));
  });
}

function changeRoute(api: ApiApp, { db, clock }: Kit): void {
  const save = async (tx: Tx, userId: string, id: string, body: WantedMissed & { version: number }) => {
    const { version: seen, ...missed } = body;
    await saveWanted(tx, userId, await ownMissed(tx, userId, id), { wanted: missed, seen, at: clock.now() });
    return missedJson(await ownMissed(tx, userId, id));
  };
  api.put(
    '/missed-trades/:id',
    {
      config: { access: 'api:write' },
      schema: {
        summary: 'Write a missed trade, in the place of what is there',
        params,
        body: changed,
        response: answers(missedShape),
      },
      // Before the body is looked at: what is somebody else's is not there, whatever is sent to it.
      preValidation: async (request) => {
        const { userId } = visitorOf(request);
        await db.withTenant('app', userId, (tx) => ownMissed(tx, userId, request.params.id));
      },
    },
    async (request) => {
      const { userId } = visitorOf(request);
      return db.withTenant('app', userId, (tx) => save(tx, userId, request.params.id, request.body));
    },
  );
}

function removalRoute(api: ApiApp, { db }: Kit): void {
  const schema = { summary: 'Delete a missed trade', params, response: answersWith(204, z.null()) };
  api.delete('/missed-trades/:id', { config: { access: 'api:write' }, schema }, async (request, reply) => {
    const { userId } = visitorOf(request);
    await db.withTenant('app', userId, async (tx) => {
      const { id } = await ownMissed(tx, userId, request.params.id);
      await removeMissed(tx, userId, id);
    });
    return reply.code(204).send(null);
  });
}
