import type { LetterFacts, LetterKind, OpenLetter, WeekRow } from '../data/letters.js';

/** A letter in words, before it is set as text or HTML. */
export interface Content {
  subject: string;
  title: string;
  lines: readonly string[];
  /** what to do, if anything */
  action: { label: string; href: string } | null;
  tables: readonly { title: string; rows: readonly WeekRow[] }[];
  /** in small print */
  notes: readonly string[];
}

/** What letters lead to. */
export interface Links {
  publicUrl: string;
  /** where whoever gets the letter of the week says that it is enough */
  weeklyOff: string;
}

type Writer<K extends LetterKind> = (
  facts: LetterFacts[K],
  links: Links & { secret: string },
) => Partial<Content> & Pick<Content, 'subject' | 'title' | 'lines'>;

const lasts = 'The link works once, for 30 minutes.';

/** Nothing that is secret, and nothing that somebody typed, stands in a subject. */
const writers: { readonly [K in LetterKind]: Writer<K> } = {
  verify: (_facts, { publicUrl, secret }) => ({
    subject: 'Confirm your address for RawJournal',
    title: 'Confirm your address',
    lines: ['Open this page and type the password you chose to finish signing up.'],
    action: { label: 'Confirm my address', href: `${publicUrl}/verify/${secret}` },
    notes: [`${lasts} If it was not you, do nothing.`],
  }),
  reset: (_facts, { publicUrl, secret }) => ({
    subject: 'A new password for RawJournal',
    title: 'Choose a new password',
    lines: ['Open this page to choose a new password.'],
    action: { label: 'Choose a password', href: `${publicUrl}/reset/${secret}` },
    notes: [`${lasts} If it was not you, do nothing: the old one stays.`],
  }),
  known: (_facts, { publicUrl }) => ({
    subject: 'You have a RawJournal account already',
    title: 'You have an account already',
    lines: [
      'Somebody, probably you, tried to sign up with this address. You have an account already.',
      `Sign in: ${publicUrl}/login`,
      `Forgotten password: ${publicUrl}/reset`,
    ],
  }),
  'new-device': ({ device, address, at }, { publicUrl }) => ({
    subject: 'Your RawJournal account was opened on a new device',
    title: 'A sign-in from a new device',
    lines: [`${device}, from the address ${address}, ${at}.`, 'If it was you, there is nothing to do.'],
    action: { label: 'See your sessions', href: `${publicUrl}/settings/security` },
    notes: [
      'If it was not you: end that session and change your password there. A second step keeps whoever knows your password out.',
    ],
  }),
  'needs-password': ({ accountId, label }, { publicUrl }) => ({
    subject: 'An account of yours waits for its password',
    title: 'An account waits for its password',
    lines: [
      `The broker of “${label}” has refused its login. Nothing is tried again until you enter the investor password anew, so no new trades of it are read.`,
      'What was read before is kept.',
    ],
    action: { label: 'Open the account', href: `${publicUrl}/accounts/${accountId}` },
    notes: ['RawJournal takes the investor (read-only) password alone, and never asks for it by mail.'],
  }),
  'payment-failed': ({ plan, amount, until }, { publicUrl }) => ({
    subject: 'A payment for RawJournal failed',
    title: 'Your payment failed',
    lines: [
      `The payment of ${amount} for the plan ${plan} did not go through.`,
      until === null
        ? 'What the plan opens is closed until it is paid. Nothing of yours is deleted.'
        : `Everything stays open until ${until}. Nothing of yours is deleted after that either.`,
    ],
    action: { label: 'See your plan', href: `${publicUrl}/settings/plan` },
    notes: ['Usually the card has expired, or its bank has refused it once. It is tried again by itself.'],
  }),
  leaving: ({ at }, { publicUrl }) => ({
    subject: 'Your RawJournal account leaves',
    title: 'Your account leaves',
    lines: [
      `You have asked for the deletion of your account and everything in it. It is removed on ${at}.`,
      'To keep it, sign in before that.',
    ],
    action: { label: 'Sign in', href: `${publicUrl}/login` },
    notes: ['If it was not you, sign in now, keep the account, and change your password.'],
  }),
  weekly: ({ week, accounts, totals }, { publicUrl, weeklyOff }) => ({
    subject: `Your week: ${week}`,
    title: `Your week: ${week}`,
    lines: [],
    action: { label: 'Open the analytics', href: `${publicUrl}/analytics` },
    tables: [
      { title: 'By account', rows: accounts },
      ...(totals.length === 0 ? [] : [{ title: 'Together', rows: totals }]),
    ],
    notes: [
      'Closed trades after costs, in your time zone; figures as the analytics have them. n is the number of trades.',
      `No more of these letters: ${weeklyOff}`,
    ],
  }),
  alarm: ({ title, says, link }) => ({
    subject: `RawJournal: ${title}`,
    title,
    lines: [says],
    action: { label: 'What to do', href: link },
    notes: ['You get this because you administer this installation.'],
  }),
  test: (_facts, { publicUrl }) => ({
    subject: 'A test letter from RawJournal',
    title: 'It works',
    lines: ['Letters of this installation arrive here.'],
    action: { label: 'See the letters', href: `${publicUrl}/admin/mail` },
  }),
};

const nothing = { action: null, tables: [], notes: [] } as const;

/** The words of a letter. Its facts are those of its kind: whoever wrote one into the queue had to give them. */
export function contentOf(
  { kind, facts, secret }: Pick<OpenLetter, 'kind' | 'facts' | 'secret'>,
  links: Links,
): Content {
  const write = writers[kind] as Writer<never>;
  return { ...nothing, ...write(facts as never, { ...links, secret: secret ?? '…' }) };
}
