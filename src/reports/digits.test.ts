import t from 'tap';
import { currencyDigits } from './digits.js';
import { emptyReport, type Report } from './report.js';

const paying = (currency: string | null, ...amounts: string[]): Report => {
  const report = emptyReport('mt4-statement');
  return {
    ...report,
    account: { ...report.account, currency },
    cash: amounts.map((amount, row) => ({ row, ticket: null, timeMs: 0, type: 2, amount, comment: '' })),
  };
};

void t.test('a currency has as many digits as its money shows, and at least its own', async (t) => {
  t.equal(currencyDigits(paying('USD')), 2);
  t.equal(currencyDigits(paying(null, '5')), 2);
  t.equal(currencyDigits(paying('USD', '5.25', '-0.125')), 3);
  t.equal(currencyDigits(paying('BTC', '0.00012345')), 8);
  t.equal(currencyDigits(paying('JPY', '200000')), 0);
  t.equal(currencyDigits(paying('jpy', '200000', '0.5')), 1);
});

void t.test('zeros that a spreadsheet adds, and the tail of a double, are no digits', async (t) => {
  t.equal(currencyDigits(paying('JPY', '387.000000')), 0);
  t.equal(currencyDigits(paying('USD', '387.270000')), 2);
  t.equal(currencyDigits(paying('USD', '-23.499999999999996', '1.5500000000000003')), 2);
});
