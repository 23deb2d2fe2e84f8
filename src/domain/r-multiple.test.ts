import t from 'tap';
import { rMultiple, type RiskedTrade } from './r-multiple.js';

const won: RiskedTrade = {
  openPrice: 1.08,
  closePrice: 1.09,
  stopLoss: 1.075,
  gross: 100,
  net: 96,
  isClosed: true,
};

void t.test('R is the net over the money between entry and initial stop', async (t) => {
  t.ok(Math.abs((rMultiple(won).r ?? 0) - 96 / 50) < 1e-9);
  const stopped = { ...won, closePrice: 1.075, gross: -50, net: -54 };
  t.ok(Math.abs((rMultiple(stopped).r ?? 0) + 54 / 50) < 1e-9);
});

void t.test('where R is unknown the reason is given', async (t) => {
  const reasonOf = (more: Partial<RiskedTrade>): string | null => rMultiple({ ...won, ...more }).reason;
  t.equal(reasonOf({ isClosed: false }), 'still open');
  t.equal(reasonOf({ stopLoss: null }), 'no stop with the order');
  t.equal(reasonOf({ openPrice: null }), 'the entry is not known');
  t.equal(reasonOf({ stopLoss: 1.08 }), 'the stop stood at the entry');
  t.equal(reasonOf({ closePrice: 1.08, gross: 0 }), 'closed where it opened');
  t.equal(reasonOf({}), null);
});
