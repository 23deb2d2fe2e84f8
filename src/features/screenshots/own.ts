import type { FastifyRequest } from 'fastify';
import { isTrade, screenshotOf, type Screenshot } from '../../data/screenshots.js';
import { notFound } from '../../lib/fault.js';
import { idField } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';

export type ById = { Params: { id: string } };

/** The id of an address. Throws a Fault 404 for what is none. */
export function idIn(request: FastifyRequest): string {
  const id = idField.safeParse((request.params as ById['Params']).id);
  if (!id.success) throw notFound();
  return id.data;
}

/** The trade that an address names. Throws a Fault 404 for what is not the visitor's. */
export async function ownTradeId({ db }: Kit, request: FastifyRequest): Promise<string> {
  const { userId } = visitorOf(request);
  const id = idIn(request);
  if (!(await db.withTenant('app', userId, (tx) => isTrade(tx, userId, id)))) throw notFound();
  return id;
}

/** The picture that an address names. Throws a Fault 404 for what is not the visitor's. */
export async function ownScreenshot({ db }: Kit, request: FastifyRequest): Promise<Screenshot> {
  const { userId } = visitorOf(request);
  const id = idIn(request);
  const found = await db.withTenant('app', userId, (tx) => screenshotOf(tx, userId, id));
  if (found === undefined) throw notFound();
  return found;
}
