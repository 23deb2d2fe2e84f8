import { addExpert } from '../data/experts.js';
import type { ExpertRule } from '../domain/expert.js';
import type { TestApp } from './app.js';

/** Names an expert; its id. */
export async function nameExpert(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  userId: string,
  rule: ExpertRule,
): Promise<string> {
  const made = await db.withTenant('app', userId, (tx) => addExpert(tx, userId, rule, clock.now()));
  if (typeof made === 'string') throw new Error(made);
  return made.id;
}
