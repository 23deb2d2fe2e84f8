import { writeEntry, type ToWrite } from '../data/journal.js';
import { ensureLabels, type LabelKind } from '../data/labels.js';
import { noJudgement, type Judgement } from '../domain/judgement.js';
import type { TestApp } from './app.js';

/** What is to be written of a trade; words by their names. */
export interface Wish extends Partial<Judgement> {
  notes?: string;
  tags?: readonly string[];
  mistakes?: readonly string[];
  setup?: string;
  /** the version that is there */
  seen?: number;
}

/** Writes of a trade as its page does. */
export const writeOf = (
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  userId: string,
  tradeId: string,
  { tags = [], mistakes = [], setup, seen = 0, notes = '', ...judgement }: Wish,
): Promise<boolean> =>
  db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    const idsOf = async (kind: LabelKind, names: readonly string[]): Promise<string[]> =>
      (await ensureLabels(tx, userId, kind, { names, at })) ?? [];
    const entry: ToWrite = {
      ...noJudgement,
      ...judgement,
      notes,
      setupId: setup === undefined ? null : ((await idsOf('setups', [setup]))[0] ?? null),
      tagIds: await idsOf('tags', tags),
      mistakeIds: await idsOf('mistakes', mistakes),
      seen,
      at,
    };
    return writeEntry(tx, userId, tradeId, entry);
  });
