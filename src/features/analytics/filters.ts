import { rowsWhere } from '../../data/book-filter.js';
import { labelsOf } from '../../data/labels.js';
import { tradeResults, type TradeFilter } from '../../data/trade-filter.js';
import type { Coded } from '../../domain/stats/coded.js';
import type { TradeTable } from '../../domain/stats/trade-table.js';
import { byHand, isNoExpert, noExpert } from '../../domain/expert.js';
import { sessions, type Session } from '../../domain/sessions.js';
import { amount } from '../../web/figures.js';
import { dayWord } from '../../web/day-words.js';
import { noLabel } from '../../web/label-fields.js';
import { periodKeys, periodLabel } from '../../web/periods.js';
import { sessionWord } from '../../web/session-words.js';
import { resultWord } from '../../web/trade-words.js';
import type { FilterName } from '../../web/trade-filter.js';
import { hrefWith, type Desk } from './ground.js';
import { judgementOptions, moodFilterWord, planWord, qualityWord } from '../../web/judgement-words.js';

interface Option {
  value: string;
  label: string;
}

type Cascading = 'ea' | 'symbol' | 'magic' | 'side' | 'session';
const columnOf: Record<Cascading, (trades: TradeTable) => Coded> = {
  ea: ({ experts }) => experts,
  symbol: ({ names }) => names,
  magic: ({ magics }) => magics,
  side: ({ sides }) => sides,
  session: ({ sessions: column }) => column,
};
/** What is chosen first narrows what comes behind it. */
const cascade: readonly Cascading[] = ['ea', 'symbol', 'magic', 'side', 'session'];
const mostOptions = 200;

/** How many trades have each word, among those that the filters before this one leave; the most frequent first. */
function countsOf({ chosen, read }: Desk, name: Cascading): [word: string, n: number][] {
  const { trades } = chosen.book;
  const later = cascade.slice(cascade.indexOf(name));
  const filter: TradeFilter = { ...read.filter, ...Object.fromEntries(later.map((one) => [one, null])) };
  const rows = rowsWhere(trades, filter, chosen.written);
  const { codes, words } = columnOf[name](trades);
  const counts = new Float64Array(words.length);
  const count = (row: number): void => {
    const code = codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  };
  if (rows === null)
    codes.forEach((_, row) => {
      count(row);
    });
  else rows.forEach(count);
  return words
    .map((word, code): [string, number] => [word, counts[code] ?? 0])
    .filter(([word, n]) => n > 0 && (word !== '' || name === 'ea'))
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .slice(0, mostOptions);
}

const isSession = (word: string): word is Session => sessions.some((one) => one === word);

const wordOf = (name: Cascading, word: string): string => {
  if (name === 'session') return isSession(word) ? sessionWord(word) : word;
  if (name === 'side') return word === 'buy' ? 'Buy' : 'Sell';
  if (name === 'ea' && (word === byHand || isNoExpert(word))) return 'No EA';
  return name === 'magic' && word === '0' ? '0, by hand' : word;
};

const number = (n: number): string => amount(String(n), 0) ?? '';

function optionsOf(desk: Desk, name: Cascading): Option[] {
  const options = countsOf(desk, name).map(([word, n]) => ({
    value: name === 'ea' && word === byHand ? noExpert : word,
    label: `${wordOf(name, word)} (${number(n)})`,
  }));
  const current = desk.read.values[name];
  const isMissing = current !== undefined && !options.some(({ value }) => value === current);
  return [
    { value: '', label: 'All' },
    ...options,
    ...(isMissing ? [{ value: current, label: `${wordOf(name, current)} (0)` }] : []),
  ];
}

const labelled = (labels: readonly { id: string; name: string }[], without: string): Option[] => [
  { value: '', label: 'All' },
  ...labels.map(({ id, name }) => ({ value: id, label: name })),
  { value: noLabel, label: without },
];

type HrefOf = (changed: Readonly<Record<string, string>>) => string;

const periodItems = (desk: Desk, hrefOf: HrefOf) => {
  const item = (label: string, period: string) => ({
    label,
    href: hrefOf({ period, from: '', to: '' }),
    current:
      (desk.read.values.period ?? '') === period &&
      desk.read.values.from === undefined &&
      desk.read.values.to === undefined,
  });
  return [...periodKeys.map((key) => item(periodLabel(key), key)), item('All', '')];
};

const chipWords: Partial<Record<FilterName, (value: string) => string>> = {
  period: periodLabel,
  from: (day) => `From ${dayWord(day)}`,
  to: (day) => `Until ${dayWord(day)}`,
  magic: (value) => `Magic ${value}`,
  ea: (value) => (isNoExpert(value) ? 'No EA' : `EA ${value}`),
  session: (value) => wordOf('session', value),
  result: resultWord,
  side: (value) => (value === 'buy' ? 'Buy' : 'Sell'),
  mood: moodFilterWord,
  quality: qualityWord,
  plan: planWord,
  notes: (value) => (value === 'yes' ? 'With notes' : 'Without notes'),
};

/** The form of the filters, the stretches of time by their names, and a chip for each filter in force. */
export async function filtersView(
  desk: Desk,
  path: string,
  hrefOf: HrefOf = (changed) => hrefWith(path, desk, changed),
) {
  const { tx, userId, read, chosen } = desk;
  const [tags, setups] = [await labelsOf(tx, userId, 'tags'), await labelsOf(tx, userId, 'setups')];
  const mistakes = await labelsOf(tx, userId, 'mistakes');
  const { values } = read;
  const names = new Map([...tags, ...setups, ...mistakes].map(({ id, name }) => [id, name]));
  const accounts = new Map(chosen.group?.members.map(({ id, label }) => [id, label]));
  const chipOf = (name: string, value: string): string =>
    name === 'account'
      ? (accounts.get(value) ?? value)
      : (chipWords[name as FilterName]?.(value) ?? names.get(value) ?? value);
  return {
    values,
    errors: read.errors,
    options: {
      ...Object.fromEntries(cascade.map((name) => [name, optionsOf(desk, name)])),
      result: [
        { value: '', label: 'All' },
        ...tradeResults.map((result) => ({ value: result, label: resultWord(result) })),
      ],
      tag: labelled(tags, 'Untagged'),
      setup: labelled(setups, 'Without a setup'),
      mistake: labelled(mistakes, 'No mistake'),
      ...judgementOptions,
    },
    periods: periodItems(desk, hrefOf),
    chips: Object.entries(values).map(([name, value]) => ({
      label: chipOf(name, value),
      removeHref: hrefOf({ [name]: '' }),
    })),
    clearHref: path,
  };
}
