import type { AccountRow } from '../../data/accounts.js';
import type { Welcome, WelcomeStep } from '../../data/welcomes.js';
import { places, type Place, type Window, type Windows } from '../../domain/sessions.js';
import { timeZones, type Typed } from '../../web/form.js';
import { count } from '../../web/words.js';
import { hourPresets, presetOf } from './hours.js';

export interface Known {
  /** null: nobody led them here */
  welcome: Welcome | null;
  accounts: readonly Pick<AccountRow, 'id' | 'label' | 'type' | 'server'>[];
  timeZone: string;
  windows: Windows;
}

const titles: Readonly<Record<WelcomeStep, string>> = {
  1: 'Where your trades come from',
  2: 'Time zone and sessions',
  3: 'What to look at first',
};
const steps = [1, 2, 3] as const;

const ways = [
  {
    ...{ title: 'Connect an account', icon: 'key', href: '/accounts/new', label: 'Connect' },
    text: 'MetaTrader 5, by the investor password, which can read and never trade. The whole history is fetched, and positions are live while you are here.',
  },
  {
    ...{ title: 'Import a report', icon: 'upload', href: '/trades/import', label: 'Import' },
    text: 'A file from MetaTrader 5 or 4, or a table. You see what is in it before anything counts, and can take it back as one.',
  },
  {
    ...{
      title: 'Enter trades by hand',
      icon: 'pen',
      href: '/accounts/new?type=manual',
      label: 'Make an account',
    },
    text: 'For an account that nothing can be read of. Trades of any account can be written of in the journal.',
  },
];

const placeNames: Readonly<Record<Place, string>> = {
  ...{ london: 'London', newYork: 'New York', tokyo: 'Tokyo', sydney: 'Sydney' },
};
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const hoursText = ({ fromMinute, toMinute }: Window): string => `${clock(fromMinute)} – ${clock(toMinute)}`;

/** Places to go to, in the order in which they are of use: without trades the way to some comes first. */
const sights = (hasAccounts: boolean) => [
  ...(hasAccounts
    ? []
    : [
        {
          title: 'Your first trades',
          icon: 'plus',
          href: '/welcome?step=1',
          text: 'Everything below fills by itself once an account is read or a report is saved.',
        },
      ]),
  {
    title: 'Board',
    icon: 'board',
    href: '/dashboard',
    text: 'What is open now, what closed last, and this month beside the one before. Every live number tells its age.',
  },
  {
    title: 'Accounts',
    icon: 'accounts',
    href: '/accounts',
    text: 'Whether the deals add up to the broker’s balance, to the cent. Where they do not, the difference has a name.',
  },
  {
    title: 'Analytics',
    icon: 'analytics',
    href: '/analytics',
    text: 'By symbol, session, weekday, setup: where the money comes from. Point at the name of a figure, or tap it, and it tells what it is.',
  },
  {
    title: 'Journal',
    icon: 'journal',
    href: '/journal',
    text: 'Write why you took a trade while you still know. Notes survive every new reading of the account.',
  },
  {
    title: 'Calendar',
    icon: 'calendar',
    href: '/calendar',
    text: 'Each day and what it came to, in your time zone.',
  },
];

const accountNote = ({ type, server }: Known['accounts'][number]): string =>
  type === 'live' ? (server ?? '') : type === 'report' ? 'fed by reports' : 'by hand';

/** A step of setting up, with the way to the others. */
export function stepView(
  step: WelcomeStep,
  { welcome, accounts, timeZone, windows }: Known,
  { typed, errors }: { typed: Typed; errors: Readonly<Record<string, string>> },
) {
  const reached = welcome?.isEnded === false ? welcome.step : 3;
  const preset = presetOf(windows);
  return {
    ...{ step, errors, title: titles[step], isLed: welcome?.isEnded === false },
    steps: steps.map((one) => ({
      ...{ number: one, title: titles[one], href: `/welcome?step=${one}` },
      isCurrent: one === step,
      isDone: one < reached && one !== step,
    })),
    ways,
    accountsNote: accounts.length === 0 ? '' : `${count(accounts.length, 'account')} here already`,
    accounts: accounts.map((account) => ({
      ...{ label: account.label, href: `/accounts/${account.id}`, note: accountNote(account) },
    })),
    timeZone: typed['timeZone'] ?? timeZone,
    zones: timeZones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
    hours: typed['hours'] ?? preset,
    hourChoices: [
      { value: 'usual', label: 'Usual' },
      { value: 'exchange', label: 'Exchanges' },
      ...(preset === 'own' ? [{ value: 'own', label: 'As I set them' }] : []),
    ],
    hourRows: places.map((place) => ({
      place: placeNames[place],
      usual: hoursText(hourPresets.usual[place]),
      exchange: hoursText(hourPresets.exchange[place]),
      own: preset === 'own' ? hoursText(windows[place]) : null,
    })),
    sights: sights(accounts.length > 0),
  };
}
