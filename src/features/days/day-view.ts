import { countTrades, tradeRows, type TradeRow } from '../../data/trade-rows.js';
import { tradesWhere } from '../../data/trade-filter.js';
import { decimal, digitsOf, lots, signed, toneOf } from '../../web/figures.js';
import { stamp } from '../../web/day-words.js';
import { count } from '../../web/words.js';
import { moodWord } from './editor-view.js';
import { closedFirst, tradeHref, type Desk } from './ground.js';
import { inWords } from '../../web/journal-page-words.js';
import { judgedTrades, type Judged } from './queries.js';

const mostShown = 100;

/** R of the trades of a page, by their ids; those without one are not there. */
const risksOf = ({ groups }: Desk): Map<string, number> =>
  new Map(
    groups.flatMap(({ trades: { ids, rs } }) =>
      ids.flatMap((id, at): [string, number][] => (Number.isNaN(rs[at]) ? [] : [[id, rs[at] ?? 0]])),
    ),
  );

const planWord = (followed: boolean | null): string =>
  followed === null ? '' : followed ? 'plan kept' : 'plan not kept';

/** The first words of what is written, on one line. */
const excerptOf = (text: string): string => text.replace(/\s+/gu, ' ').trim();

function rowOf(
  trade: TradeRow,
  desk: Desk,
  { r, judged }: { r: number | undefined; judged?: Judged | undefined },
) {
  const { journal } = trade;
  const risk = r === undefined ? null : decimal(r, 2, 2);
  return {
    id: trade.id,
    href: tradeHref(trade.id, desk),
    symbol: trade.name,
    side: trade.side.toUpperCase(),
    lots: lots(trade.volume),
    account: trade.account,
    clock: stamp(trade.closed_at ?? trade.opened_at, desk.timeZone).clock.slice(0, 5),
    net: { text: signed(trade.net, digitsOf(trade)), tone: toneOf(trade.net) },
    currency: trade.currency ?? '',
    r: { text: signed(risk), tone: toneOf(risk) },
    tags: (journal?.tags ?? []).map(({ name, colour }) => ({ label: name, tint: colour })),
    words: [
      judged?.mood == null ? '' : moodWord(judged.mood),
      planWord(judged?.followedPlan ?? null),
      ...(judged?.mistakes ?? []),
    ].filter((word) => word !== ''),
    setup: journal?.setup?.name ?? '',
    excerpt: excerptOf(journal?.excerpt ?? ''),
  };
}

/** The trades that closed on a day, the earliest first, each with what its owner wrote of it. */
async function closedView(desk: Desk) {
  const { tx, userId, filter } = desk;
  const where = tradesWhere(userId, { ...filter, ea: null });
  const rows = await tradeRows(tx, userId, { where, sort: closedFirst, stretch: { limit: mostShown } });
  const all = rows.length < mostShown ? rows.length : await countTrades(tx, where);
  const judged = await judgedTrades(
    tx,
    userId,
    rows.map(({ id }) => id),
  );
  const risks = risksOf(desk);
  return {
    rows: rows.map((trade) => rowOf(trade, desk, { r: risks.get(trade.id), judged: judged.get(trade.id) })),
    note: all === 0 ? '' : count(all, 'trade'),
    more: all > rows.length ? count(all - rows.length, 'more trade') : '',
    listHref: `/trades${desk.query}`,
  };
}

/** The trades that were opened on a day and have not been closed since. */
async function openView(desk: Desk) {
  const { tx, userId, filter } = desk;
  const where = tradesWhere(userId, { ...filter, status: 'open', ea: null });
  const sort = { key: 'opened', isDescending: false } as const;
  const rows = await tradeRows(tx, userId, { where, sort, stretch: { limit: mostShown } });
  return rows.map((trade) => rowOf(trade, desk, { r: undefined }));
}

/** What was traded on a day. */
export async function dayView(desk: Desk) {
  const closed = await closedView(desk);
  return {
    closed,
    open: await openView(desk),
    empty: emptyOf(desk, closed.rows.length),
  };
}

/** Why there are no figures; null where there are some. */
export function emptyOf(desk: Desk, closed: number) {
  if (closed > 0) return null;
  if (desk.key.startsOn > desk.today)
    return {
      title: 'Still ahead',
      text: 'Write your plan now; figures and trades join it when they are there.',
    };
  return {
    title: `No trade closed ${inWords(desk.key)}`,
    text: 'A page can be written all the same: what you saw, and why you stayed out.',
  };
}
