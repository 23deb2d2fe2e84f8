import t from 'tap';
import { accountStates, type AccountState } from '../data/schema-trading.js';
import { ageOf, isDraft, isRefused, shownState, type Circumstances } from './account-state.js';

const seen = (more: Partial<Circumstances> = {}): Circumstances => ({
  presence: 'online',
  ageSeconds: 5,
  isMarketOpen: true,
  ...more,
});
const live = { type: 'live', state: 'live' } as const;

void t.test('a live account is live while its numbers are fresh, whoever looks', async (t) => {
  for (const ageSeconds of [0, 15, 119]) t.equal(shownState(live, seen({ ageSeconds })), 'live');
  t.equal(shownState(live, seen({ presence: 'offline', ageSeconds: 3 })), 'live', 'just read on request');
});

void t.test('old numbers wait for a terminal while somebody looks, and rest while nobody does', async (t) => {
  for (const ageSeconds of [120, 100_000, null]) {
    t.equal(shownState(live, seen({ ageSeconds })), 'waiting');
    t.equal(shownState(live, seen({ ageSeconds, presence: 'offline' })), 'offline');
  }
});

void t.test('within the grace period the account says so, whatever its age', async (t) => {
  for (const ageSeconds of [0, 500, null])
    t.equal(shownState(live, seen({ ageSeconds, presence: 'grace' })), 'grace');
});

void t.test('while markets are closed one round in half an hour is on time', async (t) => {
  const at = (ageSeconds: number) => shownState(live, seen({ ageSeconds, isMarketOpen: false }));
  t.equal(at(1_800), 'live');
  t.equal(at(2_099), 'live');
  t.equal(at(2_100), 'waiting');
});

void t.test(
  'every other stored state stands, and accounts that are not synchronised keep theirs',
  async (t) => {
    const others = accountStates.filter((state) => state !== 'live');
    for (const presence of ['online', 'grace', 'offline'] as const)
      for (const state of others)
        for (const ageSeconds of [0, 9_999, null])
          t.equal(shownState({ type: 'live', state }, seen({ presence, ageSeconds })), state);
    for (const type of ['report', 'manual'] as const)
      t.equal(shownState({ type, state: 'live' }, seen({ presence: 'offline', ageSeconds: null })), 'live');
  },
);

void t.test('an age is whole seconds, never negative, and unknown where nothing was read', async (t) => {
  const now = new Date('2026-03-02T09:00:00Z');
  t.equal(ageOf(null, now), null);
  t.equal(ageOf(new Date(now.getTime() - 6_900), now), 6);
  t.equal(ageOf(new Date(now.getTime() + 400), now), 0, 'a clock that was set back');
});

void t.test('a draft is an account that was refused before anything was read', async (t) => {
  const refused: AccountState[] = ['needs-password', 'refused-master', 'unknown-server'];
  for (const state of accountStates) {
    t.equal(isRefused({ state }), refused.includes(state), state);
    t.equal(isDraft({ state, connected_at: null }), refused.includes(state));
    t.equal(isDraft({ state, connected_at: new Date(0) }), false);
  }
});
