import t from 'tap';
import { accountStates, type AccountState } from '../data/schema-trading.js';
import { dealType } from '../domain/deal.js';
import { cashKind, ledgerBadge, wordsOf } from './account-words.js';

void t.test('every state has words, and what waits for its owner says what to do', async (t) => {
  for (const state of [...accountStates, 'waiting', 'grace'] as const) {
    const { sentence, next } = wordsOf({ state: 'live' }, state);
    t.match(sentence, /^[A-Z].*\.$/, state);
    t.match(next, /^[A-Z].*\.$/, state);
  }
  const stored = (state: AccountState) => wordsOf({ state }, state);
  t.match(stored('refused-master').sentence, 'A master password: refused, wiped');
  t.match(stored('needs-password').sentence, 'enter the investor password');
});

void t.test('a broker that is silent is told from nobody looking', async (t) => {
  t.match(wordsOf({ state: 'offline' }, 'offline').sentence, 'does not answer');
  t.match(wordsOf({ state: 'live' }, 'offline').sentence, 'Nobody is looking');
});

void t.test('a reconciliation is one badge, without a sign', async (t) => {
  t.same(ledgerBadge(undefined, 2), { state: 'unknown', text: 'not read yet' });
  t.same(ledgerBadge({ verdict: 'equal', difference: '0.00' }, 2), { state: 'ok', text: 'to the cent' });
  t.same(ledgerBadge({ verdict: 'archived', difference: '-14.5' }, 2), {
    state: 'gap',
    text: '14.50 archived',
  });
  t.same(ledgerBadge({ verdict: 'unexplained', difference: '1200' }, 0), {
    state: 'gap',
    text: '1\u202f200 unexplained',
  });
});

void t.test('every kind of cash operation has a word, and money in and out are told apart', async (t) => {
  t.equal(cashKind(dealType.balance, '100.00'), 'deposit');
  t.equal(cashKind(dealType.balance, '-100.00'), 'withdrawal');
  const words = Object.values(dealType).map((type) => cashKind(type, '1'));
  t.equal(new Set(words).size, words.length, 'no two alike');
  for (const word of words) t.notMatch(word, /\d/);
  t.equal(cashKind(99, '1'), 'operation 99');
});
