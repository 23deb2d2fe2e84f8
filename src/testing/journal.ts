import { randomUUID } from 'node:crypto';
import { writeEntry } from '../data/journal.js';
import { ensureLabels, type LabelKind } from '../data/labels.js';
import { addScreenshot } from '../data/screenshots.js';
import { writePage } from '../data/journal-pages.js';
import { noJudgement } from '../domain/judgement.js';
import type { TestApp } from './app.js';

/** What somebody has written of a trade, and the words of it. */
export interface Written {
  tradeId: string;
  tagId: string;
  otherTagId: string;
  setupId: string;
  otherSetupId: string;
  mistakeId: string;
  otherMistakeId: string;
  screenshotId: string;
}

/** The day of which the owner of an estate has written. */
const writtenDay = '2026-02-02';

/** A row in every table of the journal; `tradeId` is the trade that it is written of. */
export const writeJournal = (
  { db, clock }: TestApp,
  { userId, importId, tradeId }: { userId: string; importId: string; tradeId: string },
): Promise<Written> =>
  db.withTenant('app', userId, async (tx) => {
    const at = clock.now();
    const named = async (kind: LabelKind, name: string): Promise<string> =>
      (await ensureLabels(tx, userId, kind, { names: [name], at }))?.[0] ?? '';
    const [tagId, otherTagId] = [await named('tags', 'Late'), await named('tags', 'Early')];
    const [setupId, otherSetupId] = [await named('setups', 'Gap'), await named('setups', 'Fade')];
    const [mistakeId, otherMistakeId] = [await named('mistakes', 'Rushed'), await named('mistakes', 'Froze')];
    await writeEntry(tx, userId, tradeId, {
      ...noJudgement,
      notes: 'kept',
      setupId,
      tagIds: [tagId],
      mistakeIds: [mistakeId],
      seen: 0,
      at,
    });
    const screenshotId = randomUUID();
    const picture = { id: screenshotId, tradeId, width: 3, height: 2, bytes: 100, caption: 'kept' };
    await addScreenshot(tx, userId, { ...picture, sourceHash: 'of another file', at });
    await tx
      .insertInto('import_entries')
      .values({
        user_id: userId,
        import_id: importId,

        notes: 'kept',
        setup: '',
        tags: [],
        row: 1,
      })
      .execute();
    await writePage(tx, userId, {
      key: { kind: 'day', startsOn: writtenDay },
      page: { plan: 'kept', review: '', lessons: '', mood: null },
      ...{ seen: 0, at },
    });
    return { tradeId, tagId, otherTagId, setupId, otherSetupId, mistakeId, otherMistakeId, screenshotId };
  });
