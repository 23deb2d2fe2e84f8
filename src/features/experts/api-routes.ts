import { z } from 'zod';
import { categories } from '../../data/schema-trading.js';
import { fromMinor } from '../../lib/money.js';
import { answers, type ApiApp } from '../../web/api.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { expertDesk, type ExpertDeeds, type ExpertGroup } from './desk.js';

const seconds = z.number().nullable();
const expertShape = z.object({
  id: z.uuid().nullable().describe('of its rule; null: the name is proposed by what its trades carry'),
  name: z.string().describe('as the filter ea takes it'),
  magics: z.array(z.string()),
  pattern: z.string().nullable().describe('of comments; * stands for any text'),
  category: z.enum(categories),
  currency: z.string(),
  accounts: z.array(z.string()).describe('ids of those it traded in'),
  symbols: z.array(z.string()),
  trades: z.int().describe('closed ones'),
  wins: z.int(),
  losses: z.int(),
  net: z.string(),
  winRate: z.number().nullable(),
  profitFactor: z.number().nullable().describe('null where nothing was lost'),
  expectancy: z.string().nullable().describe('net of a trade, on average'),
  lastTradeAt: z.string().nullable(),
  silence: z.object({
    state: z
      .enum(['few', 'usual', 'silent', 'unread'])
      .describe(
        'silent: no trade for three usual gaps; unread: its account was not read long enough to tell; few: under ten trades',
      ),
    usualGapSeconds: seconds.describe('median between openings, in hours of an open market'),
    quietSeconds: seconds,
    readAt: z.string().nullable().describe('of unread: until when its trades are known'),
  }),
});

function silenceJson({ silence }: ExpertDeeds): z.infer<typeof expertShape>['silence'] {
  const none = { usualGapSeconds: null, quietSeconds: null, readAt: null };
  if (silence.kind === 'few') return { state: 'few', ...none };
  const known = { ...none, state: silence.kind, usualGapSeconds: silence.gapMs / 1000 };
  if (silence.kind !== 'unread') return { ...known, quietSeconds: silence.quietMs / 1000 };
  return { ...known, readAt: silence.sinceMs === null ? null : new Date(silence.sinceMs).toISOString() };
}

function expertJson(
  deeds: ExpertDeeds,
  { category, currency, digits }: ExpertGroup,
): z.infer<typeof expertShape> {
  const { name, rule, accounts, symbols, bucket, lastMs } = deeds;
  const { n, wins, losses, net, won, lost } = bucket;
  return {
    ...{ id: rule?.id ?? null, name, magics: rule?.magics ?? [], pattern: rule?.pattern ?? null },
    ...{ category, currency, accounts: accounts.map(({ id }) => id), symbols },
    ...{ trades: n, wins, losses, net: fromMinor(net, digits) },
    winRate: n === 0 ? null : wins / n,
    profitFactor: lost === 0 ? null : won / -lost,
    expectancy: n === 0 ? null : fromMinor(Math.round(net / n), digits),
    lastTradeAt: Number.isFinite(lastMs) ? new Date(lastMs).toISOString() : null,
    silence: silenceJson(deeds),
  };
}

/** Experts with what each made, money of each kind apart. */
export function expertApiRoutes(api: ApiApp, { db, books, clock }: Kit): void {
  const schema = {
    summary: 'EAs with their figures, once for each kind of money',
    response: answers(z.object({ items: z.array(expertShape) })),
  };
  api.get('/eas', { config: { access: 'api:read' } as const, schema }, async (request) => {
    const { userId, timeZone } = visitorOf(request);
    const asker = { userId, timeZone, now: clock.now() };
    const { groups } = await db.withTenant('app', userId, (tx) => expertDesk(tx, books, asker));
    return { items: groups.flatMap((group) => group.experts.map((deeds) => expertJson(deeds, group))) };
  });
}
