import { filterValue, readAccountFilter } from '../../web/account-filter.js';
import { dayWord } from '../../web/day-words.js';
import type { Period } from '../../web/periods.js';
import type { FilterName, FilterValues } from '../../web/trade-filter.js';
import { listHref, type Spot } from './list-view.js';
import type { Choices } from './queries.js';

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
      { value: '', label: 'Open and closed' },
      { value: 'closed', label: 'Closed' },
      { value: 'open', label: 'Open' },
    ],
    ea: [],
    from: [],
    to: [],
  };
}

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
  ea: (value) => `EA ${value}`,
  status: (value) => (value === 'open' ? 'Open' : 'Closed'),
  from: (value) => `From ${dayWord(value)}`,
  to: (value) => `Until ${dayWord(value)}`,
};

const isPeriod = (values: FilterValues, { from, to }: Period): boolean =>
  values.from === from && values.to === to;

/** A chip for each filter in force; the two ends of a known stretch are one. */
export function chipsOf(spot: Spot, choices: Choices, periods: readonly Period[]) {
  const { values, sort } = spot;
  const href = (...names: FilterName[]): string =>
    listHref({ sort, page: 1, values: without(values, ...names) });
  const period = periods.find((each) => isPeriod(values, each));
  const chips = (Object.entries(values) as [FilterName, string][])
    .filter(([name]) => period === undefined || (name !== 'from' && name !== 'to'))
    .map(([name, value]) => ({ label: chipWords[name](value, choices), removeHref: href(name) }));
  return period === undefined ? chips : [...chips, { label: period.label, removeHref: href('from', 'to') }];
}

export const periodLinks = (spot: Spot, periods: readonly Period[]) => {
  const { values, sort } = spot;
  const rest = without(values, 'from', 'to');
  return [
    ...periods.map((period) => ({
      label: period.label.replace(/^This /, '').replace(/^\w/, (letter) => letter.toUpperCase()),
      href: listHref({ sort, page: 1, values: { ...rest, from: period.from, to: period.to } }),
      current: isPeriod(values, period),
    })),
    {
      label: 'All',
      href: listHref({ sort, page: 1, values: rest }),
      current: values.from === undefined && values.to === undefined,
    },
  ];
};
