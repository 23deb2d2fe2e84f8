import { tradeResults } from '../../data/trade-filter.js';
import { dealSources, type DealSource } from '../../domain/deal.js';
import { byHand, expertFinder, isNoExpert, noExpert } from '../../domain/expert.js';
import { sessions, type Session } from '../../domain/sessions.js';
import { filterValue, readAccountFilter } from '../../web/account-filter.js';
import { dayWord } from '../../web/day-words.js';
import { judgementOptions, moodFilterWord, planWord, qualityWord } from '../../web/judgement-words.js';
import { chosenLabels, noLabel } from '../../web/label-fields.js';
import { periodKeys, periodLabel, type PeriodKey } from '../../web/periods.js';
import type { FilterName, FilterValues } from '../../web/trade-filter.js';
import { listHref, type Spot } from './list-view.js';
import type { Choices } from './queries.js';
import { sessionWord } from '../../web/session-words.js';
import { resultWord } from '../../web/trade-words.js';
import { sourceWord } from './words.js';

const without = (values: FilterValues, ...names: FilterName[]): FilterValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name as FilterName)));

const magicLabel = ({ magic, comment }: Choices['magics'][number]): string =>
  [magic === '0' ? '0, by hand' : magic, ...(magic !== '0' && comment !== '' ? [comment] : [])].join(' · ');

interface Option {
  value: string;
  label: string;
}

/** A value that a link brought and the list does not have stays selected, so that the form says what is in force. */
const withValue = (options: Option[], value: string | undefined, label = value): Option[] =>
  value === undefined || options.some((option) => option.value === value)
    ? options
    : [...options, { value, label: label ?? value }];

export function optionsOf(choices: Choices, values: FilterValues): Record<FilterName, Option[]> {
  const categories = [...new Set(choices.accounts.map(({ category }) => category))];
  const accounts = [
    { value: '', label: 'All accounts' },
    ...(categories.length > 1 ? categories.map((name) => ({ value: name, label: `All ${name}` })) : []),
    ...choices.accounts.map(({ id, label }) => ({ value: id, label })),
  ];
  const symbols = [
    { value: '', label: 'All symbols' },
    ...choices.symbols.map((name) => ({ value: name, label: name })),
  ];
  const magics = choices.magics.map((each) => ({ value: each.magic, label: magicLabel(each) }));
  return {
    account: withValue(accounts, values.account, accountLabel(choices, values.account)),
    symbol: withValue(symbols, values.symbol),
    side: [
      { value: '', label: 'Both' },
      { value: 'buy', label: 'Buy' },
      { value: 'sell', label: 'Sell' },
    ],
    magic: magics,
    status: [
      { value: '', label: 'All' },
      { value: 'closed', label: 'Closed' },
      { value: 'open', label: 'Open' },
    ],
    result: [
      { value: '', label: 'All' },
      ...tradeResults.map((result) => ({ value: result, label: resultWord(result) })),
    ],
    session: [
      { value: '', label: 'All sessions' },
      ...sessions.map((session) => ({ value: session, label: sessionWord(session) })),
    ],
    source: [
      { value: '', label: 'All sources' },
      ...dealSources.map((source) => ({ value: source, label: sourceWord(source) })),
    ],
    ...writtenOptions(choices, values),
    ea: withValue(expertOptions(choices), values.ea),
    period: [],
    from: [],
    to: [],
  };
}

/** Of what their owner wrote of them. */
const writtenOptions = (choices: Choices, values: FilterValues) => ({
  tag: tagOptions(choices, values.tag),
  setup: withValue(
    [
      { value: '', label: 'All setups' },
      ...choices.setups.map(({ id, name }) => ({ value: id, label: name })),
      { value: noLabel, label: 'Without a setup' },
    ],
    values.setup,
    values.setup === undefined ? undefined : labelWord(choices.setups, values.setup, 'setup'),
  ),
  mistake: withValue(
    [
      { value: '', label: 'All' },
      ...choices.mistakes.map(({ id, name }) => ({ value: id, label: name })),
      { value: noLabel, label: 'No mistake' },
    ],
    values.mistake,
    values.mistake === undefined ? undefined : labelWord(choices.mistakes, values.mistake, 'mistake'),
  ),
  mood: [...judgementOptions.mood],
  quality: [...judgementOptions.quality],
  plan: [...judgementOptions.plan],
  notes: [
    { value: '', label: 'All' },
    { value: 'yes', label: 'With notes' },
    { value: 'no', label: 'Without notes' },
  ],
});

/** Those with a name first, in their order; then what the latest trades propose, from A. */
function expertOptions({ experts, marks }: Choices): Option[] {
  const nameOf = expertFinder(experts);
  const proposed = [...new Set(marks.map(nameOf))]
    .filter((name) => name !== byHand && !experts.some((one) => one.name === name))
    .sort((a, b) => a.localeCompare(b));
  return [
    { value: '', label: 'All' },
    ...[...experts.map(({ name }) => name), ...proposed].map((name) => ({ value: name, label: name })),
    { value: noExpert, label: 'No EA' },
  ];
}

const withoutWord = { tag: 'Untagged', setup: 'Without a setup', mistake: 'No mistake' } as const;

/** Words by their ids or names, as somebody would say them. */
const labelWord = (labels: Choices['setups'], value: string, kind: keyof typeof withoutWord): string => {
  const words = chosenLabels(value).map((piece) => {
    if (piece === noLabel) return withoutWord[kind];
    const label = labels.find(({ id, name }) => id === piece || name.toLowerCase() === piece.toLowerCase());
    return label?.name ?? `a ${kind} that is not here`;
  });
  return words.join(' or ');
};

/** Boxes to tick; several mean trades with any of them. */
const tagOptions = ({ tags }: Choices, value: string | undefined): Option[] =>
  chosenLabels(value)
    .filter((piece) => piece !== noLabel && !tags.some(({ id }) => id === piece))
    .reduce(
      (options, piece) => withValue(options, piece, labelWord(tags, piece, 'tag')),
      [...tags.map(({ id, name }) => ({ value: id, label: name })), { value: noLabel, label: 'Untagged' }],
    );

function accountLabel(choices: Choices, value: string | undefined): string {
  const filter = readAccountFilter({ account: value ?? '' });
  if (filter.kind === 'category') return `All ${filterValue(filter)}`;
  return choices.accounts.find(({ id }) => id === value)?.label ?? 'an account that is not here';
}

const chipWords: Record<FilterName, (value: string, choices: Choices) => string> = {
  account: (value, choices) => accountLabel(choices, value),
  symbol: (value) => value,
  side: (value) => (value === 'buy' ? 'Buy' : 'Sell'),
  magic: (value, { magics }) =>
    `Magic ${magicLabel(magics.find(({ magic }) => magic === value) ?? { magic: value, comment: '' })}`,
  ea: (value) => (isNoExpert(value) ? 'No EA' : `EA ${value}`),
  session: (value) => `${sessionWord(value as Session)} session`,
  source: (value) => sourceWord(value as DealSource),
  tag: (value, { tags }) => labelWord(tags, value, 'tag'),
  setup: (value, { setups }) => labelWord(setups, value, 'setup'),
  mistake: (value, { mistakes }) => labelWord(mistakes, value, 'mistake'),
  mood: moodFilterWord,
  quality: qualityWord,
  plan: planWord,
  notes: (value) => (value === 'yes' ? 'With notes' : 'Without notes'),
  status: (value) => (value === 'open' ? 'Open' : 'Closed'),
  result: resultWord,
  period: (value) => periodLabel(value),
  from: (value) => `From ${dayWord(value)}`,
  to: (value) => `Until ${dayWord(value)}`,
};

/** A chip for each filter in force. */
export function chipsOf({ values, sort }: Spot, choices: Choices) {
  const chip = (name: FilterName, value: string, rest: FilterValues) => ({
    label: chipWords[name](value, choices),
    tint: name === 'tag' ? (choices.tags.find(({ id }) => id === value)?.colour ?? 0) : 0,
    removeHref: listHref({ sort, page: 1, values: rest }),
  });
  return (Object.entries(values) as [FilterName, string][]).flatMap(([name, value]) => {
    // Each of several tags can be taken off alone.
    const several = name === 'tag' ? chosenLabels(value) : [value];
    return several.map((one) => {
      const others = several.filter((other) => other !== one);
      const rest = without(values, name);
      return chip(name, one, others.length === 0 ? rest : { ...rest, [name]: others.join(',') });
    });
  });
}

/** The stretches of days that have a name; each stays what it says when tomorrow comes. */
export const periodLinks = ({ values, sort }: Spot) => {
  const rest = without(values, 'period', 'from', 'to');
  const link = (label: string, period: PeriodKey | null) => ({
    label,
    href: listHref({ sort, page: 1, values: period === null ? rest : { ...rest, period } }),
    current: period === null ? isWithoutDays(values) : values.period === period,
  });
  return [
    ...periodKeys.map((key) =>
      link(
        periodLabel(key).replace(/^This (\w)/, (_, letter: string) => letter.toUpperCase()),
        key,
      ),
    ),
    link('All', null),
  ];
};

const isWithoutDays = ({ period, from, to }: FilterValues): boolean =>
  period === undefined && from === undefined && to === undefined;
