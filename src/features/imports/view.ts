import type { AccountRow } from '../../data/accounts.js';
import type { ImportRow } from '../../data/imports.js';
import { categories } from '../../data/schema-trading.js';
import { parseRule, toUtc } from '../../domain/server-clock.js';
import { dealsAtRest } from '../../domain/week-hours.js';
import { clockChoices } from '../../web/clock-words.js';
import { amount } from '../../web/figures.js';
import { dealEntryWord, dealTypeWord } from '../../web/mt5-words.js';
import { testerTime } from '../../web/tester-words.js';
import { totalsNote, totalView } from '../../web/total-view.js';
import { count, when } from '../../web/words.js';
import type { Typed } from '../../web/form.js';
import { columnsView } from './columns-form.js';
import { askedOf } from './question.js';
import { misfit, type Counts } from './save.js';
import { isNamedIn, suggestedCategory, suggestedLabel } from './suggested.js';
import { formatName, holdsTrades, isBacktest, summaryOf, type Summary } from './summary.js';

/** What a person has chosen so far; '' where nothing. */
export interface Choice {
  /** an account's id, or 'new' */
  account: string;
  label: string;
  category: string;
  clock: string;
}

const sampleView = (
  row: Summary['sample'][number],
  { rule, timeZone }: { rule: string; timeZone: string },
) => ({
  row: row.row,
  at: when(new Date(toUtc(parseRule(rule), row.timeMs)), timeZone),
  server: testerTime(row.timeMs),
  kind: dealTypeWord(row.type),
  entry: row.type > 1 ? '' : dealEntryWord(row.entry),
  symbol: row.symbol,
  volume: row.type > 1 ? '' : row.volume,
  price: row.type > 1 ? '' : row.price,
  profit: amount(row.profit),
});

const told = ({ account }: Summary): string =>
  [account.login === null ? null : `login ${account.login}`, account.server, account.currency, account.mode]
    .filter((part) => part !== null)
    .join(' · ');

/** The account that a file is of. Looked for anew each time: it may have been made since the file was read. */
const namedAccount = (
  row: ImportRow,
  summary: Summary,
  accounts: readonly AccountRow[],
): AccountRow | undefined =>
  accounts.find(({ id }) => id === row.account_id) ?? accounts.find((account) => isNamedIn(account, summary));

/** What stands in the form: the person's choice, else what the file suggests. */
export function choiceOf(
  row: ImportRow,
  summary: Summary,
  accounts: readonly AccountRow[],
  given: Partial<Choice>,
): Choice {
  const found = namedAccount(row, summary, accounts);
  const named = found !== undefined && misfit(found, summary) === null ? found : undefined;
  const isKnown = given.account === 'new' || accounts.some(({ id }) => id === given.account);
  return {
    account: (isKnown ? given.account : undefined) ?? named?.id ?? 'new',
    label: given.label ?? suggestedLabel(summary, row.format),
    category: given.category ?? suggestedCategory(summary),
    clock: given.clock || row.clock_rule || 'fixed:0',
  };
}

/** Accounts that a report can go to, as a list to choose from. */
const accountOptions = (accounts: readonly AccountRow[], summary: Summary) => [
  { value: 'new', label: 'A new account' },
  ...accounts
    .filter((account) => misfit(account, summary) === null)
    .map(({ id, label, login }) => ({ value: id, label: login === null ? label : `${label} (${login})` })),
];

export interface Seen {
  row: ImportRow;
  accounts: readonly AccountRow[];
  counts: Counts | null;
  given: Partial<Choice>;
  refused: { errors: Readonly<Record<string, string>>; typed: Typed } | null;
  timeZone: string;
  /** its owner is to be asked now about the file */
  isAsking: boolean;
  /** the file is still there, to be read otherwise */
  isKept: boolean;
}

function previewView({ row, accounts, counts, given, refused, timeZone, isKept }: Seen, summary: Summary) {
  const choice = choiceOf(row, summary, accounts, given);
  const named = namedAccount(row, summary, accounts);
  const account = accounts.find(({ id }) => id === choice.account);
  // An account that has a clock keeps it: one account's times are told by one rule.
  const isClockKnown = account !== undefined && account.clock_rule !== '';
  const rule = isClockKnown ? account.clock_rule : choice.clock;
  return {
    told: told(summary),
    counts,
    size: `${count(summary.counts.deals, 'deal')} of ${count(summary.counts.positions, 'position')}`,
    span:
      summary.firstMs === null || summary.lastMs === null
        ? ''
        : `${testerTime(summary.firstMs)} to ${testerTime(summary.lastMs)}`,
    totals: summary.totals.map(totalView),
    totalsNote: totalsNote(summary.totals),
    windowReason: summary.windowReason ?? '',
    problems: summary.problems.map(({ row: at, reason }) => ({
      row: at === null ? '' : `Row ${at}`,
      reason,
    })),
    problemsLeft: summary.problemCount - summary.problems.length,
    sample: summary.sample.map((one) => sampleView(one, { rule, timeZone })),
    choice,
    accounts: accountOptions(accounts, summary),
    misfit: named === undefined ? '' : (misfit(named, summary) ?? ''),
    isNew: choice.account === 'new',
    categories: categories.map((word) => ({ value: word, label: word })),
    clocks: clockChoices(choice.clock, timeZone),
    isClockAsked: !isClockKnown && summary.clock !== 'utc',
    holdsTrades: holdsTrades(row.format),
    restWarning: restWarning(summary, rule),
    canBeReadAgain: isKept && row.state === 'ready' && askedOf(row.head) !== null,
    errors: refused?.errors ?? {},
  };
}

/** Where the clock that was chosen cannot be the right one. */
function restWarning({ weekHours }: Summary, rule: string): string {
  const all = weekHours.reduce((sum, [, deals]) => sum + deals, 0);
  const atRest = dealsAtRest(parseRule(rule), weekHours);
  return atRest === 0 || atRest * 20 < all
    ? ''
    : `By this clock ${count(atRest, 'deal')} in currencies would lie in the weekend, when nobody trades them. Another clock is the right one.`;
}

/** What the owner of a file is asked about it; null: nothing. */
function questionView({ row, refused, isAsking }: Seen) {
  const asked = askedOf(row.head);
  if (asked === null || !isAsking) return null;
  const { errors, typed } = refused ?? { errors: {}, typed: null };
  if (asked.question.about === 'symbol')
    return { about: 'symbol' as const, errors, symbol: typed?.['oneSymbol'] ?? '' };
  const { answer } = asked;
  return { about: 'columns' as const, errors, ...columnsView(asked.question.head, { typed, answer }) };
}

const states: Readonly<Record<ImportRow['state'], { text: string; tone: string }>> = {
  running: { text: 'being read', tone: 'accent' },
  ready: { text: 'ready to save', tone: 'warn' },
  saved: { text: 'saved', tone: 'good' },
  failed: { text: 'not readable', tone: 'bad' },
  undone: { text: 'taken back', tone: 'plain' },
};

/** Some files can be looked at and hold nothing to be saved; some wait for their owner. */
function badgeOf(row: ImportRow, isKept: boolean): { text: string; tone: string } {
  if (row.state === 'ready' && !holdsTrades(row.format) && !isBacktest(row.format))
    return { text: 'not kept', tone: 'plain' };
  if (row.state === 'failed' && isKept && askedOf(row.head) !== null)
    return { text: 'needs an answer', tone: 'warn' };
  return states[row.state];
}

/** One import as its region shows it. */
export function importView(seen: Seen) {
  const { row, accounts, timeZone } = seen;
  const summary = summaryOf(row.head);
  const account = accounts.find(({ id }) => id === row.account_id);
  const bytes = Number(row.file_bytes);
  const asked = askedOf(row.head);
  return {
    id: row.id,
    fileName: row.file_name,
    state: row.state,
    badge: badgeOf(row, seen.isKept),
    format: row.format === '' ? '' : formatName(row.format),
    failure: row.failure,
    question: questionView(seen),
    questionAbout: asked?.question.about ?? '',
    isAnswered: asked !== null && asked.answer !== null,
    answerNote:
      asked?.question.about === 'columns'
        ? 'Its columns were read as you said; rows that do not fit are named below.'
        : 'Its symbol is the one that you named.',
    progress: bytes === 0 ? null : Math.min(100, Math.round((100 * Number(row.read_bytes)) / bytes)),
    account: account === undefined ? null : { id: account.id, label: account.label },
    savedAt: when(row.saved_at, timeZone),
    preview:
      summary === null || row.state === 'running' || row.state === 'failed'
        ? null
        : previewView(seen, summary),
  };
}

export const listedView = (
  row: ImportRow & { account: string | null },
  { timeZone, isKept }: Pick<Seen, 'timeZone' | 'isKept'>,
) => ({
  id: row.id,
  fileName: row.file_name,
  format: row.format === '' ? '' : formatName(row.format),
  at: when(row.created_at, timeZone),
  account: row.account ?? (isBacktest(row.format) ? 'a backtest' : ''),
  badge: badgeOf(row, isKept),
});
