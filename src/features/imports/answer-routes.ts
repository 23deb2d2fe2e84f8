import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Tx } from '../../data/database.js';
import { removeBatchRows } from '../../data/import-rows.js';
import { changeImport, heldImport } from '../../data/imports.js';
import { saveMapping } from '../../data/table-mappings.js';
import { Fault, notFound } from '../../lib/fault.js';
import type { Form } from '../../web/form.js';
import { visitorOf, type Visitor } from '../../web/kit.js';
import { readColumns, readSymbol } from './columns-form.js';
import { askedOf, headingsOf, type Answer, type Asked } from './question.js';
import { readImport, type ImportDeps, type Job } from './read.js';
import { claimReading } from './receive.js';
import { idIn, showAgain, type ById } from './show-routes.js';
import { isKept } from './uploads.js';

const mostMappings = 50;

const gone = (): Fault =>
  new Fault(409, 'file_gone', 'This file is not kept any more. Send it again, and say it then.');

/** The question about an import that can still be answered. Throws a Fault 404 or 409. */
async function askedIn(tx: Tx, deps: ImportDeps, of: { userId: string; importId: string }): Promise<Asked> {
  const row = await heldImport(tx, of.userId, of.importId);
  if (row === undefined || row.kind !== 'report') throw notFound();
  const asked = askedOf(row.head);
  const isOpen = row.state === 'failed' || row.state === 'ready';
  if (asked === null || !isOpen || !isKept(deps.uploads, of.importId)) throw gone();
  return asked;
}

const readAs = ({ question }: Asked, body: unknown): Form<Answer> =>
  question.about === 'symbol' ? readSymbol(body) : readColumns(body, question.head);

/** Begins anew: nothing that was read before counts, and what was said is known for the next such file. */
async function beginAgain(tx: Tx, { userId, importId, asked, answer }: Job, at: Date): Promise<void> {
  await removeBatchRows(tx, { userId, importId });
  await changeImport(
    tx,
    { userId, importId },
    { state: 'running', failure: '', readBytes: 0, clock_rule: '' },
  );
  const headings = asked === null ? null : headingsOf(asked.question);
  if (headings === null || answer === null) return;
  await saveMapping(tx, userId, { headings, mapping: answer, at, most: mostMappings });
}

/** What a person says, noted; the errors of it where it cannot be used. */
const noteAnswer = (
  deps: ImportDeps,
  { userId, timeZone }: Visitor,
  { importId, body }: { importId: string; body: unknown },
): Promise<Form<Job>> =>
  deps.kit.db.withTenant('app', userId, async (tx) => {
    const asked = await askedIn(tx, deps, { userId, importId });
    const read = readAs(asked, body);
    if (!read.ok) return read;
    const job: Job = { userId, importId, clockRule: '', timeZone, asked, answer: read.values };
    await beginAgain(tx, job, deps.kit.clock.now());
    return { ...read, values: job };
  });

/** Reads a kept file once more, as its owner says; not begun where what was said cannot be used. */
async function readAgain(
  deps: ImportDeps,
  visitor: Visitor,
  sent: { importId: string; body: unknown },
): Promise<Form<Job>> {
  const { kit, reading } = deps;
  await kit.db.withTenant('app', visitor.userId, (tx) =>
    askedIn(tx, deps, { userId: visitor.userId, importId: sent.importId }),
  );
  await claimReading(deps, visitor.userId, 'rereadByUser');
  // Somebody who asked at the same time was quicker: whoever is entered here reads, and nobody else takes it out.
  if (reading.has(sent.importId)) throw gone();
  let isBegun = false;
  reading.set(sent.importId, visitor.userId);
  try {
    const noted = await noteAnswer(deps, visitor, sent);
    isBegun = noted.ok;
    if (noted.ok) kit.afterwards.start(() => readImport(deps, noted.values));
    return noted;
  } finally {
    if (!isBegun) reading.delete(sent.importId);
  }
}

/** Saying what a file does not say itself. */
export function answerRoutes(app: FastifyInstance, deps: ImportDeps): void {
  app.post<ById>(
    '/trades/import/:id/answer',
    { config: { access: 'user' } },
    async (request: FastifyRequest<ById>, reply: FastifyReply) => {
      const importId = idIn(request);
      const begun = await readAgain(deps, visitorOf(request), { importId, body: request.body });
      if (begun.ok) return reply.redirect(`/trades/import/${importId}`, 303);
      return showAgain(deps, request, reply, { errors: begun.errors, typed: begun.typed });
    },
  );
}
