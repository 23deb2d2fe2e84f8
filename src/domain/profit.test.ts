import fc from 'fast-check';
import t from 'tap';
import { fromMinor } from '../lib/money.js';
import { type Spec, seedOf } from './instrument-seed.js';
import { contractOf, worthOf } from './learned.js';
import { type Ground, type Leg, pipsOf, pipValueOf, planOf, profitOf } from './profit.js';
import { ratePair, rateNeeded } from './rate.js';

const usd = { currency: 'USD', digits: 2 };
const on = (symbol: string, more: Partial<Ground> = {}): Ground => ({
  spec: seedOf(symbol),
  account: usd,
  rate: null,
  worth: null,
  ...more,
});
const leg = (side: Leg['side'], lots: string, openPrice: string, closePrice: string): Leg => ({
  ...{ side, lots, openPrice, closePrice },
});
const money = (one: Leg, ground: Ground): string => {
  const { value, reason } = profitOf(one, ground);
  return value === null ? reason : fromMinor(value, ground.account.digits);
};

void t.test('a pair priced in the account’s money earns price times contract', async (t) => {
  t.equal(money(leg('buy', '1', '1.08400', '1.08500'), on('EURUSD')), '100.00', '10 pips of a lot');
  t.equal(money(leg('sell', '0.01', '1.08400', '1.08500'), on('EURUSD.r')), '-1.00');
  t.equal(money(leg('buy', '1', '2350.10', '2351.10'), on('XAUUSD')), '100.00');
  t.equal(money(leg('buy', '0.1', '29.10', '29.15'), on('XAGUSD')), '25.00');
  t.equal(money(leg('buy', '0.5', '60000', '61000'), on('BTCUSD')), '500.00');
  t.equal(money(leg('sell', '2', '39000', '38990.5'), on('US30')), '19.00');
});

void t.test('a pair whose base the account holds is divided by the close of that deal', async (t) => {
  t.equal(money(leg('buy', '1', '0.97430', '0.98062'), on('USDCHF')), '644.49');
  t.equal(money(leg('sell', '1', '0.98059', '0.98073'), on('USDCHF')), '-14.28');
  t.equal(money(leg('buy', '1', '149.90', '150.00'), on('USDJPY')), '66.67', '10 pips at 150');
  t.equal(money(leg('buy', '1', '109.90', '110.00'), on('USDJPY')), '90.91', '10 pips at 110');
});

void t.test('a cross needs a rate, as the market quotes it', async (t) => {
  const euro = { account: { currency: 'EUR', digits: 2 } };
  t.equal(money(leg('buy', '1', '0.85', '0.851'), on('EURGBP')), 'the rate of GBPUSD is not known');
  t.equal(money(leg('buy', '1', '0.85', '0.851'), on('EURGBP', { rate: '1.27' })), '127.00');
  t.equal(money(leg('buy', '1', '97.00', '97.10'), on('AUDJPY', { rate: '150' })), '66.67');
  t.equal(money(leg('buy', '1', '2350.00', '2351.00'), on('XAUUSD', { ...euro, rate: '1.25' })), '80.00');
  t.same(ratePair('GBP', usd), { pair: 'GBPUSD', isInverse: false });
  t.same(ratePair('JPY', usd), { pair: 'USDJPY', isInverse: true });
  t.same(ratePair('USD', euro.account), { pair: 'EURUSD', isInverse: true });
  t.equal(ratePair('USD', { currency: 'USC', digits: 2 }), null);
  t.equal(rateNeeded(seedOf('AUDJPY'), usd), 'USDJPY');
  t.equal(rateNeeded(seedOf('USDJPY'), usd), null);
});

void t.test('an account in cents counts hundredths, and a symbol in cents deals in them', async (t) => {
  const cent = { account: { currency: 'USC', digits: 2 } };
  t.equal(money(leg('buy', '1', '2350.00', '2351.00'), on('XAUUSDc', cent)), '100.00');
  t.equal(money(leg('buy', '1', '2350.00', '2351.00'), on('XAUUSDc')), '1.00');
  t.equal(money(leg('buy', '0.1', '1.0840', '1.0850'), on('EURUSDc', cent)), '10.00');
  t.equal(money(leg('buy', '0.1', '149.90', '150.00'), on('USDJPYc', cent)), '6.67');
});

void t.test('what is not known is named', async (t) => {
  t.equal(money(leg('buy', '1', '70', '71'), on('XTIUSD')), 'the contract size is not known');
  t.equal(money(leg('buy', '1', '70', '71'), on('AAPL')), 'the contract size is not known');
  const share: Spec = { ...seedOf('AAPL'), contractSize: '1' };
  t.equal(
    money(leg('buy', '1', '70', '71'), on('AAPL', { spec: share })),
    'the currency of its price is not known',
  );
  t.equal(money(leg('buy', '3', '70', '71'), on('AAPL', { worth: '1' })), '3.00', 'unless a trade has told');
  const huge = leg('buy', '999999999', '1', '999999999');
  t.equal(money(huge, on('EURUSD')), 'the amount is too large');
  t.same(pipValueOf('1', '2350', on('XAUUSD')), { value: null, reason: 'it has no pips' });
});

void t.test('a pip is worth its size times the contract, in the account’s money', async (t) => {
  t.equal(pipValueOf('1', '1.085', on('EURUSD')).value, 1_000);
  t.equal(pipValueOf('1', '150', on('USDJPY')).value, 667);
  t.equal(pipValueOf('1', '110', on('USDJPY')).value, 909);
  t.equal(pipsOf(leg('sell', '1', '150.10', '150.00'), seedOf('USDJPY')), 10);
  t.equal(pipsOf(leg('buy', '1', '2350', '2351'), seedOf('XAUUSD')), null);
});

void t.test('the plan says what stop and target are worth, and what of it makes no sense', async (t) => {
  const open = { side: 'buy', lots: '1', openPrice: '1.0800' } as const;
  t.match(planOf(open, { stopLoss: '1.0780', takeProfit: '1.0860' }, on('EURUSD')), {
    risk: { value: -20_000 },
    reward: { value: 60_000 },
    ratio: 3,
  });
  const odd = planOf(open, { stopLoss: '1.0820', takeProfit: '1.0800' }, on('EURUSD'));
  t.equal(odd.risk.reason, 'the stop loss is on the other side of the entry');
  t.equal(odd.reward.reason, 'the take profit stands at the entry');
  t.equal(odd.ratio, null);
  const oil = { side: 'sell', lots: '1', openPrice: '70' } as const;
  t.match(planOf(oil, { stopLoss: '71', takeProfit: '68' }, on('XTIUSD')), {
    risk: { value: null, reason: 'the contract size is not known' },
    ratio: 2,
  });
});

const price = fc.integer({ min: 50_000, max: 300_000 }).map((points) => (points / 100_000).toFixed(5));
const lots = fc.integer({ min: 1, max: 5_000 }).map((hundredths) => (hundredths / 100).toFixed(2));
const symbols = fc.constantFrom('EURUSD', 'USDCHF', 'XAUUSD', 'GBPUSDm', 'USDCADc');

void t.test('a short earns what a long loses, to the last cent', async () => {
  fc.assert(
    fc.property(symbols, lots, price, price, (symbol, size, from, to) => {
      const long = profitOf(leg('buy', size, from, to), on(symbol)).value;
      const short = profitOf(leg('sell', size, from, to), on(symbol)).value;
      return long !== null && short !== null && long + short === 0;
    }),
  );
});

void t.test('the result is within half a cent of the quotient, and a half goes away from zero', async () => {
  fc.assert(
    fc.property(lots, price, price, (size, from, to) => {
      const minor = profitOf(leg('buy', size, from, to), on('USDCHF')).value ?? NaN;
      // Cents times the close, which are whole numbers all the way.
      const [first, close] = [BigInt(from.replace('.', '')), BigInt(to.replace('.', ''))];
      const twice = 2n * ((close - first) * BigInt(size.replace('.', '')) * 100_000n - BigInt(minor) * close);
      return close >= first ? twice >= -close && twice < close : twice > -close && twice <= close;
    }),
    { numRuns: 1_000 },
  );
});

void t.test('one synchronised trade tells the contract size, which replaces the guess', async (t) => {
  const gold = { ...leg('buy', '0.30', '2350.10', '2352.35'), gross: '6.75' };
  t.equal(contractOf(gold, seedOf('XAUUSD'), usd), '10');
  const ground = on('XAUUSD', { spec: { ...seedOf('XAUUSD'), contractSize: '10' } });
  t.equal(money(leg('buy', '1', '2350', '2351'), ground), '10.00');
  t.equal(contractOf({ ...gold, gross: '0.00' }, seedOf('XAUUSD'), usd), null, 'nothing is told by nothing');
  const half = { ...leg('sell', '2.25', '1.58411', '0.50000'), gross: '4878.50' };
  t.equal(contractOf(half, seedOf('USDCHF'), usd), '1000', 'rounded up from half a cent');
  const sizes = fc.constantFrom('1', '10', '100', '1000', '5000', '100000');
  const any = fc.record({
    symbol: fc.constantFrom('EURUSD', 'USDCHF'),
    contractSize: sizes,
    one: fc.tuple(lots, price, price).map(([size, from, to]) => leg('sell', size, from, to)),
  });
  fc.assert(
    fc.property(any, ({ symbol, contractSize, one }) => {
      const told = profitOf(one, on(symbol, { spec: { ...seedOf(symbol), contractSize } })).value ?? 0;
      // Below a hundred times what was rounded away, a rounder number may do as well.
      if (Math.abs(told) < 10_000) return true;
      return contractOf({ ...one, gross: fromMinor(told, 2) }, seedOf(symbol), usd) === contractSize;
    }),
  );
});

void t.test('where no rate is known the trade tells contract and rate at once', async (t) => {
  const cross = { ...leg('buy', '1', '0.8500', '0.8510'), gross: '127.00' };
  t.equal(contractOf(cross, seedOf('EURGBP'), usd), null);
  const worth = worthOf(cross, usd);
  t.equal(worth, '127000');
  t.equal(money(leg('sell', '2', '0.8500', '0.8510'), on('EURGBP', { worth })), '-254.00');
  t.equal(money(leg('buy', '1', '0.85', '0.851'), on('EURGBP', { worth, rate: '1.30' })), '130.00');
});
