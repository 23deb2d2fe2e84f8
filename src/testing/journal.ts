import { randomUUID } from 'node:crypto';
import { writeEntry } from '../data/journal.js';
import { ensureLabels, type LabelKind } from '../data/labels.js';
import { addScreenshot } from '../data/screenshots.js';
import { writePage } from '../data/journal-pages.js';
import { sql } from 'kysely';
import type { Tx } from '../data/database.js';
import { addMissed } from '../data/missed-trades.js';
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
  missedId: string;
  /** an entry whose trade is gone */
  goneEntryId: string;
}

/** The entry of another trade of the same account, which is no longer here. */
async function goneEntry(tx: Tx, userId: string, tradeId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into journal_entries (user_id, account_id, trade_id, position_id, opened_ms, deal_tickets, notes, symbol, side,
      volume, net, opened_at, closed_at, updated_at)
    select user_id, account_id, ${randomUUID()}, 999, 0, '{999}', 'kept too', symbol, side, volume, net, opened_at,
      closed_at, updated_at
    from journal_entries where user_id = ${userId} and trade_id = ${tradeId} returning id`.execute(tx);
  return rows[0]?.id ?? '';
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
    const missedId = randomUUID();
    const missed = {
      seenAt: at,
      symbol: 'GBPUSD',
      side: 'sell',
      setupId,
      mood: null,
      expectedR: '2',
    } as const;
    await addMissed(tx, userId, { ...missed, reason: 'asleep', notes: 'kept' }, { id: missedId, at });
    const goneEntryId = await goneEntry(tx, userId, tradeId);
    const labels = { tagId, otherTagId, setupId, otherSetupId, mistakeId, otherMistakeId };
    return { tradeId, ...labels, screenshotId, missedId, goneEntryId };
  });
