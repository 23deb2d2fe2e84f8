import type { LetterFacts, LetterKind } from '../../data/letters.js';
import { letterNames } from './mail-view.js';

const row = { currency: 'USD', net: '+412.60', trades: '18', winRate: '61.1 %' };

/** Letters about nobody, as the pages show them. */
const samples: { readonly [K in LetterKind]: LetterFacts[K] } = {
  verify: {},
  reset: {},
  known: {},
  'new-device': {
    device: 'Firefox on Linux',
    address: '203.0.113.7',
    at: '2 Mar 2026, 09:00 (Europe/Berlin)',
  },
  'needs-password': { accountId: '00000000-0000-4000-8000-000000000000', label: 'Swing account' },
  'payment-failed': { plan: 'Pro', amount: '19.00 EUR', until: '9 Mar 2026' },
  leaving: { at: '9 Mar 2026, 09:00 (Europe/Berlin)' },
  weekly: {
    week: '23 Feb to 1 Mar 2026',
    accounts: [
      { ...row, label: 'Swing account', best: 'Tue +240.10', worst: 'Thu −96.40' },
      { ...row, label: 'Scalping', net: '−38.20', best: 'Mon +51.00', worst: 'Fri −72.80' },
    ],
    totals: [
      { ...row, label: 'All Real', net: '+374.40', trades: '36', best: 'Tue +251.00', worst: 'Thu −110.20' },
    ],
  },
  alarm: {
    title: 'Disk more than 80 % full',
    says: 'The disk is 84 % full.',
    link: 'https://journal.example.org/admin/alarms/guide#disk',
  },
  test: {},
};

const isKind = (name: string): name is LetterKind => Object.hasOwn(samples, name);

/** What a letter of that kind would say; null where there is no such kind. */
export const sampleOf = (name: string) =>
  isKind(name) ? { kind: name, facts: samples[name], secret: null } : null;

export const sampleLinks = () =>
  Object.keys(samples)
    .filter(isKind)
    .map((kind) => ({ name: letterNames[kind], href: `/admin/mail/samples/${kind}` }));
