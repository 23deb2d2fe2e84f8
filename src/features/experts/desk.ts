import type { AccountRow } from '../../data/accounts.js';
import type { Books } from '../../data/books.js';
import type { Tx } from '../../data/database.js';
import { expertRules, openMarks, type ExpertRow, type StillOpen } from '../../data/experts.js';
import type { TradeFilter } from '../../data/trade-filter.js';
import { byHand, expertFinder } from '../../domain/expert.js';
import { isCrypto } from '../../domain/instrument.js';
import { silenceOf, type Silence } from '../../domain/silence.js';
import { bucketsOf, type Bucket } from '../../domain/stats/breakdown.js';
import { pickTrades, type TradeTable } from '../../domain/stats/trade-table.js';
import { chooseTrades, type Chosen, type Group } from '../../web/chosen.js';
import { readTradeFilter } from '../../web/trade-filter.js';

export const everyTrade: TradeFilter = readTradeFilter({}, 'UTC').filter;

/** What one expert did in accounts whose money may be added up. */
export interface ExpertDeeds {
  name: string;
  /** null: its name is proposed */
  rule: ExpertRow | null;
  /** closed, in the order of their closing */
  trades: TradeTable;
  /** ids of those still open */
  openIds: string[];
  bucket: Bucket;
  accounts: AccountRow[];
  /** plain names, from A */
  symbols: string[];
  lastMs: number;
  silence: Silence;
}

export interface ExpertGroup extends Omit<Group, 'members'> {
  experts: ExpertDeeds[];
  /** closed trades of no expert */
  byHand: number;
}

export interface ExpertDesk {
  rules: ExpertRow[];
  groups: ExpertGroup[];
}

export interface Asker {
  userId: string;
  timeZone: string;
  now: Date;
}

/** The rows of each bucket, in their order. */
function rowsOf(codes: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code] = (sizes[code] ?? 0) + 1;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  codes.forEach((code, row) => {
    const own = rows[code];
    const at = sizes[code] ?? 0;
    if (own !== undefined) own[at] = row;
    sizes[code] = at + 1;
  });
  return rows;
}

const wordsIn = ({ codes, words }: TradeTable['names']): string[] =>
  words.filter((_, code) => codes.includes(code));

/** Until when all trades of an account are known: of a report or of a manual one until what happened last in it. */
const readUntil = (account: AccountRow | undefined, lastMs: number): number | null =>
  account?.type === 'live' ? (account.full_synced_at?.getTime() ?? null) : lastMs;

interface Ground {
  rules: readonly ExpertRow[];
  members: readonly AccountRow[];
  open: readonly (StillOpen & { expert: string })[];
  now: Date;
}

const withMore = (values: Float64Array, more: readonly number[]): Float64Array => {
  const all = new Float64Array(values.length + more.length);
  all.set(values);
  all.set(more, values.length);
  return all;
};

/** An expert lives in the account in which it traded last; others that it has left need not be read. */
function watched(trades: TradeTable, open: Ground['open'], { members, now }: Ground) {
  let [lastMs, account] = [-Infinity, ''];
  const note = (openedMs: number, id: string): void => {
    if (openedMs >= lastMs) [lastMs, account] = [openedMs, id];
  };
  trades.openedMs.forEach((openedMs, at) => {
    note(openedMs, trades.accounts.words[trades.accounts.codes[at] ?? 0] ?? '');
  });
  for (const { openedAt, accountId } of open) note(openedAt.getTime(), accountId);
  const latest = Math.max(lastMs, trades.closedMs.at(-1) ?? lastMs);
  const home = members.find(({ id }) => id === account);
  const names = [...wordsIn(trades.names), ...open.map(({ name }) => name)];
  return {
    lastMs: latest,
    silence: silenceOf({
      openedMs: withMore(
        trades.openedMs,
        open.map(({ openedAt }) => openedAt.getTime()),
      ),
      readMs: readUntil(home, latest),
      nowMs: now.getTime(),
      isAroundTheClock: names.some(isCrypto),
    }),
  };
}

function deedsOf(name: string, trades: TradeTable, bucket: Bucket, ground: Ground): ExpertDeeds {
  const { rules, members, open } = ground;
  const own = open.filter(
    ({ expert, accountId }) => expert === name && members.some(({ id }) => id === accountId),
  );
  const accounts = new Set([...wordsIn(trades.accounts), ...own.map(({ accountId }) => accountId)]);
  return {
    ...{ name, trades, bucket, rule: rules.find((rule) => rule.name === name) ?? null },
    accounts: members.filter(({ id }) => accounts.has(id)),
    openIds: own.map(({ id }) => id),
    symbols: [...new Set([...wordsIn(trades.names), ...own.map((one) => one.name)])].sort(),
    ...watched(trades, own, ground),
  };
}

function groupOf({ group, book }: Chosen, ground: Omit<Ground, 'members'>): ExpertGroup[] {
  if (group === null) return [];
  const { members, ...money } = group;
  const { trades } = book;
  const { codes, words } = trades.experts;
  const rows = rowsOf(codes, words.length);
  const buckets = bucketsOf(trades, codes, words.length);
  const experts = buckets.flatMap((bucket, code) => {
    const [name = '', own] = [words[code], rows[code]];
    return name === byHand || own === undefined
      ? []
      : [deedsOf(name, pickTrades(trades, own), bucket, { ...ground, members })];
  });
  experts.sort((a, b) => b.lastMs - a.lastMs || a.name.localeCompare(b.name));
  return [{ ...money, experts, byHand: buckets[words.indexOf(byHand)]?.n ?? 0 }];
}

/** What every expert of a user ever did, money of each kind apart. Throws what the database throws. */
export async function expertDesk(
  tx: Tx,
  books: Books,
  { userId, timeZone, now }: Asker,
): Promise<ExpertDesk> {
  const rules = await expertRules(tx, userId);
  const nameOf = expertFinder(rules);
  const open = (await openMarks(tx, userId)).map((one) => ({ ...one, expert: nameOf(one) }));
  const wish = { userId, timeZone, filter: everyTrade };
  const first = await chooseTrades(tx, books, wish);
  const chosen = [first];
  for (const { category, currency } of first.others)
    chosen.push(await chooseTrades(tx, books, { ...wish, group: `${category}-${currency}` }));
  const groups = chosen.flatMap((one) => groupOf(one, { rules, open, now }));
  return { rules, groups: groups.filter(({ experts, byHand: rest }) => experts.length > 0 || rest > 0) };
}
