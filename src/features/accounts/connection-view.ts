import type { AccountRow } from '../../data/accounts.js';
import type { BrokerClock } from '../../data/brokers.js';
import { dayMs } from '../../lib/clock.js';
import type { Progress, Sync } from '../../sync/sync.js';
import { conditionOf, isDraft, isRefused, mayMove } from '../../web/account-state.js';
import { typeWords, wordsOf } from '../../web/account-words.js';
import { clockWords } from '../../web/clock-words.js';
import { ageLevel, amount, span } from '../../web/figures.js';
import type { Typed } from '../../web/form.js';
import { when } from '../../web/words.js';
import { isReadable } from './own.js';

/** A form that was refused: what was typed, and why it cannot be used. */
export interface Refused {
  typed: Typed;
  errors: Readonly<Record<string, string>>;
}

const steps: readonly (readonly [Progress['step'], string])[] = [
  ['waiting', 'Reaching the server'],
  ['login', 'Logging in'],
  ['proof', 'Checking that the password is read‑only'],
  ['history', 'Reading the history'],
  ['reconciling', 'Reconciling to the cent'],
];

const count = (value: number): string => amount(String(value), 0) ?? '';

function noteOf({ step, done, total }: Progress): string {
  if (step === 'waiting') return 'waits for a terminal';
  if (step !== 'history' || done === null) return '';
  return total === null ? `${count(done)} deals` : `${count(done)} of ${count(total)} deals`;
}

/** The way to a connected account, step by step; what was not reported yet stands at its beginning. */
function stepsView(progress: Progress | null) {
  const now: Progress = progress ?? { step: 'waiting', done: null, total: null };
  const at = steps.findIndex(([step]) => step === now.step);
  return steps.map(([, text], index) => ({
    text,
    state: index < at ? 'done' : index === at ? 'now' : 'todo',
    note: index === at ? noteOf(now) : '',
  }));
}

/** How much of the history has been read, in whole per cent; null while that is unknown. */
const percentOf = (progress: Progress | null): number | null => {
  if (progress?.step !== 'history' || progress.done === null || !progress.total) return null;
  return Math.min(100, Math.floor((100 * progress.done) / progress.total));
};

/** Which credentials a refused account asks for: a draft may have been mistyped anywhere. */
const formOf = (account: AccountRow, refused: Refused | null) => {
  const isOpen = isDraft(account);
  return {
    server: refused?.typed['server'] ?? account.server ?? '',
    login: refused?.typed['login'] ?? account.login ?? '',
    asksServer: isOpen || mayMove(account),
    asksLogin: isOpen,
    errors: refused?.errors ?? {},
  };
};

/** The state of the connection in words, what is going on, and what can be done about it. */
export function connectionView(
  account: AccountRow,
  sync: Sync,
  {
    now,
    timeZone,
    clock,
    refused = null,
  }: { now: Date; timeZone: string; clock: BrokerClock | undefined; refused?: Refused | null },
) {
  const { state, ageSeconds } = conditionOf(account, sync, now);
  const isLive = account.type === 'live';
  const isConnecting = state === 'connecting';
  const progress = isConnecting ? sync.progressOf(account.id) : null;
  const ends = new Date(account.created_at.getTime() + dayMs);
  const { word, tone, sentence, next } = wordsOf(account, state);
  return {
    id: account.id,
    isLive,
    isConnecting,
    badge: isLive ? { text: word, tone } : { text: typeWords[account.type].word, tone: 'plain' },
    sentence: isLive ? sentence : typeWords[account.type].sentence,
    next: isLive ? next : '',
    reason: account.state_reason,
    steps: isConnecting ? stepsView(progress) : [],
    percent: percentOf(progress),
    age: {
      text: ageSeconds === null ? null : span(ageSeconds),
      level: ageLevel(ageSeconds),
      at: account.light_synced_at?.getTime() ?? null,
    },
    history: when(account.full_synced_at, timeZone),
    clock: clock === undefined || account.full_synced_at === null ? null : clockWords(clock),
    draftEnds: isDraft(account) ? when(ends, timeZone) : null,
    form: isRefused(account) ? formOf(account, refused) : null,
    canRead: isReadable(account) && !isConnecting,
    canPause: isReadable(account),
    canResume: account.state === 'paused',
  };
}
