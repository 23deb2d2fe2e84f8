import t from 'tap';
import { closedSentence } from './trade-words.js';

const trade = {
  symbol: 'EURUSD',
  side: 'buy',
  volume: '0.2',
  net: '46',
  currency: 'USD',
  currency_digits: 2,
  pips: '23',
} as const;

void t.test('a closed trade is one sentence', async (t) => {
  t.equal(closedSentence(trade), 'EURUSD buy 0.20 closed +46.00 USD, +23.0 pips');
});

void t.test('a loss has a real minus, zero no sign, and what is unknown is left out', async (t) => {
  t.equal(
    closedSentence({ ...trade, side: 'sell', net: '-1212.4', pips: '-6.24' }),
    'EURUSD sell 0.20 closed \u22121\u202f212.40 USD, \u22126.2 pips',
  );
  t.equal(closedSentence({ ...trade, net: '0.00', pips: null }), 'EURUSD buy 0.20 closed 0.00 USD');
  const yen = { ...trade, currency: 'JPY', currency_digits: 0, net: '217', pips: null };
  t.equal(closedSentence(yen), 'EURUSD buy 0.20 closed +217 JPY');
  t.equal(closedSentence({ ...trade, currency: null, pips: null }), 'EURUSD buy 0.20 closed +46.00');
});
