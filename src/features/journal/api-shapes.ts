import { z } from 'zod';
import type { MissedRow } from '../../data/missed-trades.js';
import { moods } from '../../domain/judgement.js';
import type { EntryRow } from './entry-queries.js';
import { wholeText, type PageRow } from './page-queries.js';
import type { Written } from './timeline.js';

const decimal = z.string();
const time = z.iso.datetime();
const mood = z.enum(moods).nullable();

const tradeShape = z.object({
  id: z.uuid().describe('its address, as long as it is here'),
  isHere: z.boolean().describe('false: it has gone with its deals; what follows is what it was'),
  account: z.string(),
  volume: decimal.describe('lots'),
  net: decimal,
  currency: z.string().nullable(),
  openedAt: time,
  closedAt: time.nullable(),
});

const judgementShape = z.object({
  quality: z.number().int().nullable().describe('of the setup, 1 to 5'),
  followedPlan: z.boolean().nullable(),
  checklist: z.array(z.object({ line: z.string(), kept: z.boolean() })),
});

const missedFields = {
  seenAt: time,
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  setup: z.string().nullable(),
  mood,
  reason: z.string().describe('why it was not taken'),
  expectedR: decimal.nullable().describe('what it would have brought, in multiples of the risk'),
  notes: z.string(),
};

export const missedShape = z.object({
  id: z.uuid(),
  ...missedFields,
  version: z.number().int(),
  updatedAt: time,
});

export const writtenShape = z.object({
  kind: z.enum(['trade', 'missed', 'day', 'week', 'month']),
  id: z.uuid(),
  at: time.describe('of the opening, of the seeing, or the last second of the stretch'),
  symbol: z.string().nullable().describe('null: it is of days'),
  side: z.enum(['buy', 'sell']).nullable(),
  notes: z.string().describe('of days: plan, review and lessons one after the other'),
  startsOn: z.iso.date().nullable().describe('of days'),
  tags: z.array(z.string()),
  mistakes: z.array(z.string()),
  setup: z.string().nullable(),
  mood,
  trade: tradeShape.nullable().describe('null: it was missed, or is of days'),
  judgement: judgementShape.nullable(),
  reason: z.string().nullable(),
  expectedR: decimal.nullable(),
  version: z.number().int(),
  updatedAt: time,
});

export const missedJson = (row: MissedRow): z.infer<typeof missedShape> => ({
  id: row.id,
  seenAt: row.seenAt.toISOString(),
  symbol: row.symbol,
  side: row.side,
  setup: row.setup,
  mood: row.mood,
  reason: row.reason,
  expectedR: row.expectedR,
  notes: row.notes,
  version: row.version,
  updatedAt: row.updatedAt.toISOString(),
});

const entryJson = (row: EntryRow): z.infer<typeof writtenShape> => ({
  kind: 'trade',
  id: row.id,
  at: row.openedAt.toISOString(),
  symbol: row.symbol,
  side: row.side,
  notes: row.notes,
  startsOn: null,
  tags: row.tags.map(({ name }) => name),
  mistakes: row.mistakes.map(({ name }) => name),
  setup: row.setup?.name ?? null,
  mood: row.mood,
  trade: {
    id: row.tradeId,
    isHere: row.isHere,
    account: row.account,
    volume: row.volume,
    net: row.net,
    currency: row.currency,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  },
  judgement: {
    quality: row.quality,
    followedPlan: row.followedPlan,
    checklist: row.asked.map((line) => ({ line, kept: row.kept.includes(line) })),
  },
  reason: null,
  expectedR: null,
  version: row.version,
  updatedAt: row.updatedAt.toISOString(),
});

const pageJson = (row: PageRow): z.infer<typeof writtenShape> => ({
  kind: row.kind,
  id: row.id,
  at: row.at.toISOString(),
  ...{ symbol: null, side: null, notes: wholeText(row), startsOn: row.startsOn },
  ...{ tags: [], mistakes: [], setup: null, mood: row.mood },
  ...{ trade: null, judgement: null, reason: null, expectedR: null },
  version: row.version,
  updatedAt: row.updatedAt.toISOString(),
});

export function writtenJson(written: Written): z.infer<typeof writtenShape> {
  if (written.kind === 'entry') return entryJson(written.row);
  if (written.kind === 'page') return pageJson(written.row);
  const { seenAt, ...missed } = missedJson(written.row);
  return {
    ...missed,
    kind: 'missed',
    at: seenAt,
    startsOn: null,
    tags: [],
    mistakes: [],
    trade: null,
    judgement: null,
  };
}
