import type { AccountRow } from '../../data/accounts.js';
import type { PositionRow } from '../../data/positions.js';
import type { ReconciliationRow } from '../../data/reconciliations.js';
import { dealType } from '../../domain/deal.js';
import { fromMinor, toMinor } from '../../lib/money.js';
import { cashKind, ledgerBadge } from '../../web/account-words.js';
import { ageOf } from '../../web/account-state.js';
import { otherHelp } from '../../web/figure-help.js';
import { amount, decimal, lots, digitsOf, pips, signed, span, toneOf } from '../../web/figures.js';
import { when } from '../../web/words.js';
import type { CashRow } from './queries.js';

interface Moment {
  now: Date;
  timeZone: string;
}

/** How far the equity is below the highest ever seen: as money and in per cent; null while nothing was read. */
function drawdownOf(
  account: Pick<AccountRow, 'equity' | 'peak_equity' | 'currency_digits'>,
): { money: string; percent: string } | null {
  const { equity, peak_equity: peak } = account;
  if (equity === null || peak === null) return null;
  const places = digitsOf(account);
  const below = toMinor(equity, places) - toMinor(peak, places);
  const percent = Number(peak) > 0 ? ((Number(equity) - Number(peak)) / Number(peak)) * 100 : 0;
  return { money: fromMinor(below, places), percent: decimal(percent, 2, 2) };
}

/** The account's figures, each with one line about it. */
export function figuresView(account: AccountRow, { now }: Pick<Moment, 'now'>) {
  const { currency } = account;
  const digits = digitsOf(account);
  const age = ageOf(account.light_synced_at, now);
  const notRead =
    account.type === 'live' ? 'not read yet' : account.type === 'report' ? 'by its reports' : 'by hand';
  const asOf = age === null ? notRead : `${span(age)} ago`;
  const drawdown = drawdownOf(account);
  const money = (label: string, value: string | null, note: string) => ({
    label,
    value,
    unit: value === null ? '' : (currency ?? ''),
    note,
  });
  const level = account.margin_level;
  const credit = Number(account.credit ?? 0) === 0 ? '' : `credit ${amount(account.credit, digits) ?? ''}`;
  return {
    figures: [
      money('Balance', amount(account.balance, digits), credit || asOf),
      {
        ...money('Equity', amount(account.equity, digits), account.equity === null ? '' : asOf),
        help: otherHelp('equity'),
      },
      {
        ...money('Floating', signed(account.floating, digits), age === null ? '' : 'of open positions'),
        help: otherHelp('floating'),
        tone: toneOf(account.floating),
      },
      money(
        'Margin',
        amount(account.margin, digits),
        age === null ? '' : `free ${amount(account.free_margin, digits) ?? '—'}`,
      ),
      {
        ...{ label: 'Margin level', help: otherHelp('marginLevel') },
        value: level === null ? null : amount(decimal(Number(level), 1, 1), 1),
        unit: level === null ? '' : '%',
        note: account.leverage === null ? '' : `leverage 1 : ${account.leverage}`,
      },
      {
        ...{ label: 'Drawdown from peak seen', help: otherHelp('drawdownFromPeak') },
        value: drawdown === null ? null : signed(drawdown.percent),
        unit: drawdown === null ? '' : '%',
        tone: drawdown === null ? '' : toneOf(drawdown.percent),
        note: peakNote(account, drawdown),
      },
    ],
  };
}

const peakNote = (account: AccountRow, drawdown: ReturnType<typeof drawdownOf>): string => {
  if (drawdown === null) return 'no equity seen yet';
  const digits = digitsOf(account);
  const peak = amount(account.peak_equity, digits) ?? '';
  return toneOf(drawdown.money) === ''
    ? `at the peak, ${peak}`
    : `${signed(drawdown.money, digits) ?? ''} from ${peak}`;
};

const verdicts: Readonly<Record<ReconciliationRow['verdict'], string>> = {
  equal: 'Every deal adds up to the broker’s own balance, to the cent.',
  open: 'The deals do not add up to the broker’s balance yet. They are read again until the gap is explained.',
  archived: 'The gap is what the broker archived: it removed old deals and says so in the history.',
  unexplained: 'The same gap came back three times. The broker’s list of deals does not explain its balance.',
};

const unlistedNote = (count: number): string => {
  if (count === 0) return '';
  return count === 1
    ? 'One deal that the broker no longer lists is kept and counted here.'
    : `${amount(String(count), 0) ?? ''} deals that the broker no longer lists are kept and counted here.`;
};

/** The deals' sum against the broker's balance. */
export function reconciliationView(
  account: AccountRow,
  row: ReconciliationRow | undefined,
  { timeZone }: Moment,
) {
  const digits = digitsOf(account);
  const badge = ledgerBadge(row, digits);
  const common = { isLive: account.type === 'live', badge, currency: account.currency };
  if (row === undefined)
    return { ...common, sums: null, verdict: '', reason: '', unlisted: '', checked: null };
  return {
    ...common,
    sums: {
      ledger: amount(row.ledger, digits),
      broker: amount(row.broker, digits),
      difference: signed(row.difference, digits),
    },
    verdict: verdicts[row.verdict],
    // What is equal needs no reason: the verdict has said it.
    reason: row.verdict === 'equal' ? '' : row.reason,
    unlisted: unlistedNote(row.unlisted),
    checked: when(row.checked_at, timeZone),
  };
}

const decimalsOf = (text: string | null): number => text?.split('.')[1]?.length ?? 0;

/** A position's prices with the same decimals: the symbol's, or the most that any of them has. */
function pricesOf(row: PositionRow) {
  const all = [row.open_price, row.current_price, row.stop_loss, row.take_profit];
  const digits = row.digits ?? Math.max(...all.map(decimalsOf));
  const [entry, now, stopLoss, takeProfit] = all.map((text) => amount(text, digits)) as [
    string,
    string,
    string | null,
    string | null,
  ];
  return { entry, now, stops: `${stopLoss ?? '—'} / ${takeProfit ?? '—'}` };
}

/** Money of one's own that comes and goes is neither gain nor loss. */
const ownMoney: readonly number[] = [dealType.balance, dealType.credit, dealType.correction];

/** Open positions as the broker listed them last. */
export function positionsView(account: AccountRow, rows: readonly PositionRow[], { now, timeZone }: Moment) {
  const age = ageOf(account.light_synced_at, now);
  const digits = digitsOf(account);
  return {
    currency: account.currency ?? '',
    note: age === null ? '' : `as of ${span(age)} ago`,
    wasRead: age !== null,
    isLive: account.type === 'live',
    floating: { text: signed(account.floating, digits), tone: toneOf(account.floating) },
    rows: rows.map((row) => ({
      symbol: row.symbol,
      side: row.side.toUpperCase(),
      lots: lots(row.volume),
      ...pricesOf(row),
      pips: pips(row.pips),
      pipsTone: toneOf(row.pips),
      swap: signed(row.swap, digits),
      profit: signed(row.profit, digits),
      tone: toneOf(row.profit),
      held: span((now.getTime() - row.opened_at.getTime()) / 1000),
      opened: when(row.opened_at, timeZone),
    })),
  };
}

export const ledgerPageSize = 50;

/** A page of the cash ledger; `path` is the page it stands on. */
export function cashView(
  account: AccountRow,
  rows: readonly CashRow[],
  { page, path, timeZone }: { page: number; path: string; timeZone: string },
) {
  const [first] = rows;
  const digits = digitsOf(account);
  const total = first?.count ?? 0;
  const from = (page - 1) * ledgerPageSize;
  const href = (to: number): string => `${path}?ledger=${to}#account-ledger`;
  return {
    page,
    currency: account.currency ?? '',
    total,
    sums:
      first === undefined
        ? null
        : {
            paidIn: signed(first.paid_in, digits),
            paidOut: signed(first.paid_out, digits),
            rest: signed(first.rest, digits),
          },
    rows: rows.map((row) => ({
      at: when(row.done_at, timeZone),
      kind: cashKind(row.type, row.net),
      comment: row.comment,
      ticket: row.ticket,
      isListed: row.is_listed,
      amount: signed(row.net, digits),
      tone: ownMoney.includes(row.type) ? '' : toneOf(row.net),
    })),
    pager:
      total <= ledgerPageSize
        ? null
        : {
            label: 'Pages of the cash ledger',
            text: `${from + 1}–${from + rows.length} of ${amount(String(total), 0) ?? ''}`,
            prevHref: page > 1 ? href(page - 1) : null,
            nextHref: from + rows.length < total ? href(page + 1) : null,
          },
  };
}
