import type { Multipart, MultipartFile } from '@fastify/multipart';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accountOf } from '../../data/accounts.js';
import { addImport, changeImport } from '../../data/imports.js';
import { isRule, ruleNamed } from '../../domain/server-clock.js';
import { Fault } from '../../lib/fault.js';
import { tradeFields } from '../../reports/trade-lists/trade-field.js';
import { idField } from '../../web/form.js';
import type { Kit, Visitor } from '../../web/kit.js';
import type { Answer } from './question.js';
import { unnamedAccount } from './suggested.js';
import { readImport, type ImportDeps } from './read.js';
import { dropFile, dropOldFiles, receiveFile } from './uploads.js';

export const mostBytes = 256 * 1024 * 1024;
const mostAtOnce = 2;

/** A request with a body in parts. */
export interface Sending {
  isMultipart(): boolean;
  parts(options: { limits: Record<string, number> }): AsyncIterable<Multipart>;
  headers: { 'content-length'?: string | undefined };
}

/** Of the fields that come before or behind the file. */
interface Fields {
  account: string;
  timezone: string;
  newAccount: string;
  /** as JSON */
  mapping: string;
}

export const refuse = (status: number, code: string, sentence: string, retryAfterS?: number): Fault =>
  new Fault(status, code, sentence, retryAfterS === undefined ? {} : { retryAfterS });

/** Throws a Fault 429 where somebody has files being read already, or has had many. */
export async function claimReading(
  { kit, reading }: ImportDeps,
  userId: string,
  limit: 'importByUser' | 'rereadByUser',
): Promise<void> {
  if ([...reading.values()].filter((reader) => reader === userId).length >= mostAtOnce)
    throw refuse(
      429,
      'imports_running',
      'Two files are being read already. Send the next one when they are done.',
      10,
    );
  const taken = await kit.limiter.take(limit, userId);
  if (!taken.allowed)
    throw refuse(
      429,
      'too_many_requests',
      `${limit === 'importByUser' ? 'Ten' : 'Sixty'} files within an hour are the limit. The next one can be read in ${Math.ceil(taken.retryAfterMs / 60_000)} minutes.`,
      Math.ceil(taken.retryAfterMs / 1000),
    );
}

/** Throws a Fault 400. */
function ruleIn(text: string): string {
  if (text === '' || isRule(text)) return text === '' ? '' : ruleNamed(text);
  throw refuse(
    400,
    'invalid',
    'The time zone is not one that is known; it looks like Europe/Athens, ny+7 or UTC.',
  );
}

const mappingShape = z.partialRecord(
  z.enum(tradeFields),
  z
    .string()
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
);

/** What a program says of the columns of a table, or of the symbol of a list; null: nothing. */
function mappingIn(text: string): Answer | null {
  if (text === '') return null;
  try {
    return { mapping: mappingShape.parse(JSON.parse(text)) };
  } catch {
    throw refuse(
      400,
      'invalid',
      `The mapping is not understood. It is JSON, with a heading or a column’s letter for each of: ${tradeFields.join(', ')}.`,
    );
  }
}

/** The account that was named for a file, if it is the sender's own. */
async function accountIn({ db }: Kit, userId: string, { account }: Fields): Promise<string | null> {
  if (account === '') return null;
  const id = idField.safeParse(account);
  const found = id.success
    ? await db.withTenant('app', userId, (tx) => accountOf(tx, userId, id.data))
    : undefined;
  if (found === undefined)
    throw refuse(404, 'not_found', 'There is no such account. Choose one of yours, or none.');
  return found.id;
}

/** The file goes to the disk as it comes; the fields are told beside it. */
async function received(request: Sending, { uploads }: ImportDeps, id: string) {
  const fields: Fields = { account: '', timezone: '', newAccount: '', mapping: '' };
  let file: { name: string } | null = null;
  for await (const part of request.parts({
    limits: { fileSize: mostBytes, files: 1, fields: 10, fieldSize: 4_000 },
  })) {
    if (part.type === 'field') {
      if (part.fieldname in fields && typeof part.value === 'string')
        fields[part.fieldname as keyof Fields] = part.value.trim();
      continue;
    }
    await store(part, uploads, id);
    file = { name: part.filename };
  }
  return { fields, file };
}

async function store(part: MultipartFile, uploads: string, id: string): Promise<void> {
  await receiveFile(uploads, id, part.file);
  if (!part.file.truncated) return;
  throw refuse(413, 'too_large', 'This file is larger than 256 MB. Export a shorter period.');
}

/** Whole characters that can be seen; PostgreSQL keeps no halves of them. */
const labelIn = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .slice(0, 60)
    .replace(/\p{Cs}$/u, '')
    .trim() || unnamedAccount;

export const nameOf = (name: string): string =>
  name.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200) || 'unnamed file';

/**
 * Takes a file and begins to read it. Answers the id of its import at once; what becomes of it is told there. Throws a
 * Fault where nothing was sent or it may not be sent now.
 */
export async function receiveImport(
  request: Sending,
  deps: ImportDeps,
  { userId, timeZone }: Visitor,
): Promise<string> {
  const { kit, uploads } = deps;
  if (!request.isMultipart()) throw refuse(400, 'no_file', 'Choose a file first.');
  await claimReading(deps, userId, 'importByUser');
  await dropOldFiles(uploads, { reading: deps.reading, nowMs: kit.clock.now().getTime() });
  const id = randomUUID();
  deps.reading.set(id, userId);
  try {
    const { fields, file } = await received(request, deps, id);
    if (file === null) throw refuse(422, 'no_file', 'Choose a file first.');
    const [clockRule, answer] = [ruleIn(fields.timezone), mappingIn(fields.mapping)];
    const accountId = await accountIn(kit, userId, fields);
    await kit.db.withTenant('app', userId, async (tx) => {
      await addImport(tx, {
        ...{ id, userId, accountId, kind: 'report', state: 'running', at: kit.clock.now() },
        ...{ fileName: nameOf(file.name), fileBytes: Number(request.headers['content-length'] ?? 0) },
      });
      if (fields.newAccount !== '')
        await changeImport(
          tx,
          { userId, importId: id },
          { newAccount: JSON.stringify({ label: labelIn(fields.newAccount) }) },
        );
    });
    const job = { userId, importId: id, clockRule, timeZone, asked: null, answer };
    kit.afterwards.start(() => readImport(deps, job));
    return id;
  } catch (error) {
    deps.reading.delete(id);
    await dropFile(uploads, id);
    throw error;
  }
}
