import t from 'tap';
import { dealEntry, dealReason, dealType } from '../domain/deal.js';
import { dealEntryWord, dealReasonWord, dealTypeWord } from './mt5-words.js';

void t.test('every number that MetaTrader names has a word of its own', async (t) => {
  for (const [numbers, word] of [
    [Object.values(dealType), dealTypeWord],
    [Object.values(dealEntry), dealEntryWord],
    [Object.values(dealReason), dealReasonWord],
  ] as const) {
    const words = numbers.map(word);
    t.equal(new Set(words).size, numbers.length);
    t.notOk(words.some((text) => text === null || /\d/.test(text)));
  }
  t.equal(dealReasonWord(dealReason.stopLoss), 'stop loss');
  t.equal(dealEntryWord(dealEntry.outBy), 'out by');
});

void t.test('a number that nobody has named is said as it is, and unknown stays unknown', async (t) => {
  t.equal(dealTypeWord(99), 'type 99');
  t.equal(dealEntryWord(-1), 'entry -1');
  t.equal(dealReasonWord(42), 'reason 42');
  t.equal(dealReasonWord(null), null);
});
