import { moods, type Mood } from '../../domain/judgement.js';
import { dayWord } from '../../web/day-words.js';
import { chosenLabels, noLabel } from '../../web/label-fields.js';
import { moodWord } from '../../web/mood-words.js';
import { periodKeys, periodLabel, type PeriodKey } from '../../web/periods.js';
import type { Choices } from './choice-queries.js';
import { entryKinds, journalQuery, type EntryKind, type JournalName, type JournalValues } from './filter.js';
import { kindWord, planWord } from './words.js';

export const listHref = (values: JournalValues): string => `/journal${journalQuery(values)}`;

const without = (values: JournalValues, ...names: JournalName[]): JournalValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name as JournalName)));

interface Option {
  value: string;
  label: string;
}

type Word = 'tag' | 'setup' | 'mistake';
const wordsOf = ({ tags, setups, mistakes }: Choices): Record<Word, { id: string; name: string }[]> => ({
  ...{ tag: tags, setup: setups, mistake: mistakes },
});
const noneWords: Readonly<Record<Word, string>> = {
  tag: 'Untagged',
  setup: 'Without a setup',
  mistake: 'Without a mistake',
};

/** A word by its id or name, as somebody would say it. */
function wordLabel(choices: Choices, word: Word, piece: string): string {
  if (piece === noLabel) return noneWords[word];
  const known = wordsOf(choices)[word].find(
    ({ id, name }) => id === piece || name.toLowerCase() === piece.toLowerCase(),
  );
  return known?.name ?? `a ${word} that is not here`;
}

/** Those there are, those in force that a link brought, and those without any. */
function wordOptions(choices: Choices, word: Word, value: string | undefined): Option[] {
  const known = wordsOf(choices)[word].map(({ id, name }) => ({ value: id, label: name }));
  const brought = chosenLabels(value)
    .filter((piece) => piece !== noLabel && !known.some((option) => option.value === piece))
    .map((piece) => ({ value: piece, label: wordLabel(choices, word, piece) }));
  return [...known, ...brought, { value: noLabel, label: noneWords[word] }];
}

/** A whole choice that a link brought stays selected, so that the form says what is in force. */
function setupOptions(choices: Choices, value: string | undefined): Option[] {
  const options = [{ value: '', label: 'All setups' }, ...wordOptions(choices, 'setup', undefined)];
  if (value === undefined || options.some((option) => option.value === value)) return options;
  const label = chosenLabels(value).map((piece) => wordLabel(choices, 'setup', piece));
  return [...options, { value, label: label.join(' or ') }];
}

export const optionsOf = (choices: Choices, values: JournalValues) => ({
  kind: [{ value: '', label: 'All' }, ...entryKinds.map((kind) => ({ value: kind, label: kindWord(kind) }))],
  symbol: choices.symbols,
  tag: wordOptions(choices, 'tag', values.tag),
  setup: setupOptions(choices, values.setup),
  mistake: wordOptions(choices, 'mistake', values.mistake),
  mood: [{ value: '', label: 'All' }, ...moods.map((mood) => ({ value: mood, label: moodWord(mood) }))],
  plan: [
    { value: '', label: 'All' },
    { value: 'yes', label: planWord(true) },
    { value: 'no', label: planWord(false) },
  ],
});

const chipWords: Record<Exclude<JournalName, 'order'>, (value: string, choices: Choices) => string> = {
  q: (value) => `“${value}”`,
  kind: (value) => kindWord(value as EntryKind),
  symbol: (value) => value,
  tag: (value, choices) => wordLabel(choices, 'tag', value),
  setup: (value, choices) => wordLabel(choices, 'setup', value),
  mistake: (value, choices) => wordLabel(choices, 'mistake', value),
  mood: (value) => moodWord(value as Mood),
  plan: (value) => planWord(value === 'yes'),
  period: (value) => periodLabel(value),
  from: (value) => `From ${dayWord(value)}`,
  to: (value) => `Until ${dayWord(value)}`,
};

const isRepeatable = (name: JournalName): boolean => ['tag', 'setup', 'mistake'].includes(name);

/** A chip for each filter in force; each of several words can be taken off alone. */
export const chipsOf = (values: JournalValues, choices: Choices) =>
  (Object.entries(values) as [JournalName, string][]).flatMap(([name, value]) => {
    if (name === 'order') return [];
    const several = isRepeatable(name) ? chosenLabels(value) : [value];
    return several.map((one) => {
      const others = several.filter((other) => other !== one);
      const rest = without(values, name);
      return {
        label: chipWords[name](one, choices),
        tint: name === 'tag' ? (choices.tags.find(({ id }) => id === one)?.colour ?? 0) : 0,
        removeHref: listHref(others.length === 0 ? rest : { ...rest, [name]: others.join(',') }),
      };
    });
  });

const isWithoutDays = ({ period, from, to }: JournalValues): boolean =>
  period === undefined && from === undefined && to === undefined;

/** The stretches of days that have a name; each stays what it says when tomorrow comes. */
export function periodLinks(values: JournalValues) {
  const rest = without(values, 'period', 'from', 'to');
  const short = (key: PeriodKey): string =>
    periodLabel(key).replace(/^This (\w)/, (_, letter: string) => letter.toUpperCase());
  return [
    ...periodKeys.map((key) => ({
      label: short(key),
      href: listHref({ ...rest, period: key }),
      current: values.period === key,
    })),
    { label: 'All', href: listHref(rest), current: isWithoutDays(values) },
  ];
}

/** The two orders of what was searched for; none where nothing was. */
export const orderLinks = (values: JournalValues) =>
  values.q === undefined
    ? []
    : [
        {
          label: 'Best first',
          href: listHref(without(values, 'order')),
          current: values.order === undefined,
        },
        {
          label: 'Latest first',
          href: listHref({ ...values, order: 'newest' }),
          current: values.order === 'newest',
        },
      ];

const labels: Readonly<Record<JournalName, string>> = {
  q: 'Search',
  kind: 'Entries',
  symbol: 'Symbol',
  tag: 'Tag',
  setup: 'Setup',
  mistake: 'Mistake',
  mood: 'Mood',
  plan: 'Plan',
  period: 'Period',
  from: 'From',
  to: 'Until',
  order: 'Order',
};
const longest = 40;

/** A sentence for each part of a query string that was left out: which, and why. */
export const leftOut = (errors: Readonly<Record<string, string>>, refused: JournalValues): string[] =>
  Object.entries(errors).map(([key, error]) => {
    const name = key as JournalName;
    const written = refused[name];
    const shown =
      written === undefined
        ? ''
        : ` “${written.length > longest ? `${written.slice(0, longest)}…` : written}”`;
    return `${labels[name]}${shown} was left out. ${error}`;
  });
