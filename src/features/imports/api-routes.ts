import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Tx } from '../../data/database.js';
import { importOf, type ImportRow } from '../../data/imports.js';
import { notFound } from '../../lib/fault.js';
import { answers, answersWith, type ApiApp } from '../../web/api.js';
import { idField } from '../../web/form.js';
import { visitorOf } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { confirmation, destination, importJson, importShape, type ImportJson } from './import-json.js';
import { giveUpLeft, type ImportDeps } from './read.js';
import { receiveImport } from './receive.js';
import { saveImport, undoImport } from './save.js';
import { dropFile } from './uploads.js';

const byId = z.object({ id: z.string() });
const read = { access: 'api:read' } as const;
const write = { access: 'api:write' } as const;

/** Changes an import where there is something to change, and tells how it stands. Throws a Fault 404. */
type Show = (
  request: FastifyRequest,
  id: string,
  change?: (tx: Tx, row: ImportRow) => Promise<void>,
) => Promise<ImportJson>;

const showIn =
  (deps: ImportDeps): Show =>
  async (request, id, change) => {
    const { userId } = visitorOf(request);
    const importId = idField.safeParse(id);
    if (!importId.success) throw notFound();
    const found = async (tx: Tx): Promise<ImportRow> => {
      const row = await importOf(tx, userId, importId.data);
      if (row === undefined || row.kind === 'manual') throw notFound();
      return giveUpLeft(tx, row, deps);
    };
    return deps.kit.db.withTenant('app', userId, async (tx) => {
      const row = await found(tx);
      if (change === undefined) return importJson(tx, row);
      await change(tx, row);
      return importJson(tx, await found(tx));
    });
  };

function changeRoutes(api: ApiApp, { kit: { clock, plans }, uploads }: ImportDeps, show: Show): void {
  api.put(
    '/imports/:id/confirmation',
    {
      config: write,
      schema: {
        summary: 'Save what was read',
        params: byId,
        body: confirmation,
        response: answers(importShape),
      },
    },
    async (request) => {
      const saved = await show(request, request.params.id, async (tx, row) => {
        const to = await destination(tx, row, request.body);
        const occasion = occasionOf(request, clock);
        await saveImport(tx, { userId: row.user_id, importId: row.id }, { to, occasion, plans });
      });
      await dropFile(uploads, saved.id);
      return saved;
    },
  );
  api.delete(
    '/imports/:id',
    {
      config: write,
      schema: { summary: 'Take an import back', params: byId, response: answers(importShape) },
    },
    async (request) => {
      const undone = await show(request, request.params.id, (tx, row) =>
        undoImport(tx, { userId: row.user_id, importId: row.id }, occasionOf(request, clock)),
      );
      await dropFile(uploads, undone.id);
      return undone;
    },
  );
}

export function importApiRoutes(api: ApiApp, deps: ImportDeps): void {
  const show = showIn(deps);
  api.post(
    '/imports',
    {
      config: write,
      schema: {
        summary:
          'Send a report as multipart/form-data: file, and account or newAccount, timezone, and mapping (of a table’s columns, as JSON) where you like',
        consumes: ['multipart/form-data'],
        response: answersWith(202, importShape),
      },
    },
    async (request, reply) => {
      const id = await receiveImport(request, deps, visitorOf(request));
      return reply.code(202).send(await show(request, id));
    },
  );
  api.get(
    '/imports/:id',
    {
      config: read,
      schema: {
        summary: 'What is in a report, or what has become of it',
        params: byId,
        response: answers(importShape),
      },
    },
    async (request) => show(request, request.params.id),
  );
  changeRoutes(api, deps, show);
}
