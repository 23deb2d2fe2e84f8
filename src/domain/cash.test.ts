import t from 'tap';
import { cashOf } from './cash.js';
import { type Deal, dealType } from './deal.js';

const operation = (type: number, profit: number, more: Partial<Deal> = {}): Deal => ({
  ticket: '1',
  order: '0',
  positionId: '0',
  serverMs: 5,
  type,
  entry: 0,
  reason: 0,
  magic: '0',
  symbol: '',
  volume: 0,
  price: 0,
  profit,
  swap: 0,
  commission: 0,
  fee: 0,
  comment: 'x',
  ...more,
});

const kindOf = (deal: Deal): string | undefined => cashOf([deal])[0]?.kind;

void t.test('money that came or went has a plain name', async (t) => {
  t.equal(kindOf(operation(dealType.balance, 100)), 'deposit');
  t.equal(kindOf(operation(dealType.balance, -100)), 'withdrawal');
  t.equal(kindOf(operation(dealType.balance, 0)), 'balance operation');
  const kinds = Object.values(dealType).map((type) => kindOf(operation(type, 1, { positionId: '0' })));
  t.equal(
    kinds.filter((kind) => kind === 'unknown operation').length,
    2,
    'bought and sold without a position',
  );
});

void t.test('an operation is kept with all its money', async (t) => {
  t.same(cashOf([operation(dealType.commission, -5, { commission: -7, fee: -1, swap: 2 })]), [
    {
      ticket: '1',
      serverMs: 5,
      type: 7,
      kind: 'commission',
      amount: -11,
      comment: 'x',
      isCredit: false,
      needsReview: false,
    },
  ]);
});

void t.test('credit is told apart, canceled and unknown operations are to be looked at', async (t) => {
  t.match(cashOf([operation(dealType.credit, 5)]), [{ kind: 'credit', isCredit: true, needsReview: false }]);
  t.match(cashOf([operation(dealType.sellCanceled, 5)]), [{ kind: 'canceled deal', needsReview: true }]);
  t.match(cashOf([operation(99, 5)]), [{ kind: 'unknown operation', isCredit: false, needsReview: true }]);
});

void t.test('deals of a position are no cash', async (t) => {
  t.same(cashOf([operation(dealType.buy, 5, { positionId: '7' })]), []);
});
