import type { AccountRow } from '../../data/accounts.js';
import type { PositionRow } from '../../data/positions.js';
import { categories } from '../../data/schema-trading.js';
import type { Attention } from '../../sync/sync.js';
import { ageOf, shownState } from '../../web/account-state.js';
import { ledgerBadge, wordsOf } from '../../web/account-words.js';
import { otherHelp } from '../../web/figure-help.js';
import { ageLevel, amount, decimal, digitsOf, lots, pips, signed, span, toneOf } from '../../web/figures.js';
import { dealReasonWord } from '../../web/mt5-words.js';
import type { Board } from './board.js';
import { shownClosed, type ClosedTrade } from './queries.js';
import { membersOf, sum } from '../../web/members.js';

export interface Circumstances {
  now: Date;
  presence: Attention;
  isMarketOpen: boolean;
}

const money = (text: string | null, digits: number) => ({ text: signed(text, digits), tone: toneOf(text) });

const stateOf = (account: AccountRow, { now, presence, isMarketOpen }: Circumstances) => {
  const ageSeconds = ageOf(account.light_synced_at, now);
  const shown = shownState(account, { presence, ageSeconds, isMarketOpen });
  return wordsOf(account, shown);
};

/** What closed today with what floats now: null where the floating is unknown. */
const todayOf = (account: AccountRow, board: Board): string | null =>
  account.floating === null
    ? null
    : sum([board.today[account.id] ?? '0', account.floating], digitsOf(account));

/** Drawdown from the highest equity ever seen, in per cent of it; null before the first reading. */
const drawdown = ({ equity, peak_equity: peak }: AccountRow): number | null =>
  equity === null || peak === null || Number(peak) <= 0
    ? null
    : Math.max(0, (1 - Number(equity) / Number(peak)) * 100);

const accountRow = (account: AccountRow, board: Board, circumstances: Circumstances) => {
  const digits = digitsOf(account);
  const ageSeconds = account.type === 'live' ? ageOf(account.light_synced_at, circumstances.now) : null;
  const state = stateOf(account, circumstances);
  const used = drawdown(account);
  return {
    id: account.id,
    name: account.label,
    broker: account.server === null ? '' : `${account.server} · ${String(account.login)}`,
    currency: account.currency ?? '',
    balance: amount(account.balance, digits),
    equity: amount(account.equity, digits),
    floating: money(account.floating, digits),
    marginLevel:
      account.margin_level === null
        ? null
        : `${String(amount(decimal(Number(account.margin_level), 0), 0))} %`,
    today: money(todayOf(account, board), digits),
    drawdown: used === null ? null : { pct: Math.min(100, used), text: `${decimal(used, 1, 1)} %` },
    ledger:
      account.type === 'live'
        ? ledgerBadge(board.ledgers[account.id], digits)
        : { state: 'unknown', text: account.type === 'report' ? 'by reports' : 'by hand' },
    age: {
      text: ageSeconds === null ? '—' : span(ageSeconds),
      level: ageLevel(ageSeconds),
      at: account.light_synced_at?.getTime() ?? null,
    },
    // Live says itself by its age; every other state is said in words.
    state: account.type !== 'live' || state.word === 'live' ? null : { text: state.word, tone: state.tone },
  };
};

const totalOf = (accounts: readonly AccountRow[], board: Board) => {
  const [first] = accounts;
  const digits = first === undefined ? 2 : digitsOf(first);
  const total = (pick: (account: AccountRow) => string | null) => sum(accounts.map(pick), digits);
  return {
    label: `${first?.currency ?? ''}, ${accounts.length} accounts`,
    balance: amount(
      total((account) => account.balance),
      digits,
    ),
    equity: amount(
      total((account) => account.equity),
      digits,
    ),
    floating: money(
      total((account) => account.floating),
      digits,
    ),
    today: money(
      total((account) => todayOf(account, board)),
      digits,
    ),
  };
};

/** What the columns hold. */
const columnHelp = {
  ...{ equity: otherHelp('equity'), floating: otherHelp('floating'), marginLevel: otherHelp('marginLevel') },
  ...{ today: otherHelp('today'), drawdown: otherHelp('drawdownFromPeak'), ledger: otherHelp('ledger') },
};

/** Accounts by category, and in each the totals of every currency that has more than one account. */
export const accountsView = (board: Board, circumstances: Circumstances) => {
  const groups = categories
    .map((category) => ({ category, accounts: board.accounts.filter((one) => one.category === category) }))
    .filter(({ accounts }) => accounts.length > 0);
  return {
    help: columnHelp,
    isEmpty: board.accounts.length === 0,
    hasOthers: board.hasOthers,
    groups: groups.map(({ category, accounts }) => {
      const several = membersOf(accounts).filter(({ members }) => members.length > 1);
      return {
        category,
        rows: accounts.map((account) => accountRow(account, board, circumstances)),
        totals: several.map(({ members }) => totalOf(members, board)),
      };
    }),
  };
};

const magicOrComment = ({ magic, comment }: { magic: string; comment: string }): string =>
  comment !== '' ? comment : magic === '0' ? 'manual' : `EA ${magic}`;

const price = (text: string | null, digits: number | null): string | null =>
  text === null ? null : digits === null ? amount(text, 0) : amount(Number(text).toFixed(digits), digits);

const positionRow = (position: PositionRow, now: Date, moneyDigits: number) => ({
  id: position.position_id,
  symbol: position.symbol,
  href: `/trades?symbol=${encodeURIComponent(position.name)}`,
  side: position.side === 'buy' ? 'BUY' : 'SELL',
  lots: lots(position.volume),
  entry: price(position.open_price, position.digits),
  current: price(position.current_price, position.digits),
  stops: [position.stop_loss, position.take_profit]
    .map((level) => price(level, position.digits) ?? '—')
    .join(' / '),
  swap: signed(position.swap, moneyDigits),
  held: span((now.getTime() - position.opened_at.getTime()) / 1000),
  who: magicOrComment(position),
  pips: { text: pips(position.pips), tone: toneOf(position.pips) },
  profit: money(position.profit, moneyDigits),
});

/** Open positions, grouped by account. */
export const positionsView = (board: Board, { now }: Pick<Circumstances, 'now'>) => {
  const groups = board.accounts.flatMap((account) => {
    const own = board.positions.filter((position) => position.account_id === account.id);
    if (own.length === 0) return [];
    const digits = digitsOf(account);
    const floating = sum(
      own.map(({ profit }) => profit),
      digits,
    );
    return {
      id: account.id,
      name: account.label,
      category: account.category,
      currency: account.currency ?? '',
      floating: money(floating, digits),
      rows: own.map((position) => positionRow(position, now, digits)),
    };
  });
  const count = board.positions.length;
  return {
    groups,
    note: count === 0 ? '' : `${count} in ${groups.length} account${groups.length === 1 ? '' : 's'}`,
  };
};

const closedRow = (trade: ClosedTrade, now: Date, account: AccountRow | undefined) => ({
  id: trade.id,
  symbol: trade.symbol,
  side: trade.side === 'buy' ? 'BUY' : 'SELL',
  lots: lots(trade.volume),
  net: money(trade.net, account === undefined ? 2 : digitsOf(account)),
  currency: account?.currency ?? '',
  detail: [
    `${span((now.getTime() - trade.closed_ms) / 1000)} ago`,
    `held ${span((trade.closed_ms - trade.opened_ms) / 1000)}`,
    dealReasonWord(trade.close_reason) ?? '',
    account?.label ?? '',
  ]
    .filter(Boolean)
    .join(' · '),
});

/** The trades that closed last, whichever account they are of. */
export const closedView = ({ closed, accounts }: Board, { now }: Pick<Circumstances, 'now'>) => ({
  rows: [...closed]
    .sort((a, b) => b.closed_ms - a.closed_ms || (a.id < b.id ? -1 : 1))
    .slice(0, shownClosed)
    .map((trade) =>
      closedRow(
        trade,
        now,
        accounts.find(({ id }) => id === trade.account_id),
      ),
    ),
});
