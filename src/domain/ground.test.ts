import t from 'tap';
import { basisOf, type KnownOfSymbol, type ToldTrade } from './ground.js';
import { seedOf } from './instrument-seed.js';

const at = new Date('2026-02-03T10:00:00Z');
const nothing = { contractSize: null, quote: null, rate: null };
const known = (symbol: string, more: Partial<KnownOfSymbol> = {}): KnownOfSymbol => ({
  symbol,
  account: { currency: 'USD', digits: 2 },
  typed: nothing,
  own: null,
  broker: null,
  told: [],
  stored: null,
  ...more,
});
const told = (symbol: string, gross: string): ToldTrade => ({
  ...{ symbol, side: 'buy', lots: '1', openPrice: '2350', closePrice: '2355', gross, closedAt: at },
});
const own = { ...seedOf('XAUUSD'), contractSize: '50' };
const broker = { ...seedOf('XAUUSD'), contractSize: '20' };

void t.test('the contract size is that of whoever knows it best', async (t) => {
  const typed = { ...nothing, contractSize: '7' };
  const all = { typed, own, broker, told: [told('XAUUSD', '50.00')] };
  t.match(basisOf(known('XAUUSD', all)), { contractFrom: 'typed', ground: { spec: { contractSize: '7' } } });
  const untyped = { ...all, typed: nothing };
  t.match(basisOf(known('XAUUSD', untyped)), {
    contractFrom: 'own',
    ground: { spec: { contractSize: '50' } },
  });
  const learned = basisOf(known('XAUUSD', { ...untyped, own: null }));
  t.match(learned, {
    contractFrom: 'trade',
    ground: { spec: { contractSize: '10' } },
    toldBy: { symbol: 'XAUUSD' },
  });
  t.match(basisOf(known('XAUUSD', { broker })), {
    contractFrom: 'broker',
    ground: { spec: { contractSize: '20' } },
  });
  t.match(basisOf(known('XAUUSD')), { contractFrom: 'usual', ground: { spec: { contractSize: '100' } } });
  t.match(basisOf(known('XTIUSD')), { contractFrom: 'nowhere', ground: { spec: { contractSize: null } } });
});

void t.test(
  'of trades that tell, those of the same symbol count, and none that is dealt in another size',
  async (t) => {
    const both = [told('XAUUSDm', '400.00'), told('XAUUSD', '50.00')];
    t.match(basisOf(known('XAUUSD', { told: both })), { ground: { spec: { contractSize: '10' } } });
    t.match(basisOf(known('XAUUSD.r', { told: both })), { ground: { spec: { contractSize: '80' } } });
    t.match(basisOf(known('XAUUSDc', { told: both })), {
      contractFrom: 'usual',
      ground: { spec: { contractSize: '1' } },
    });
  },
);

void t.test('what a user says of a name counts a hundredth for a symbol in cents', async (t) => {
  t.match(basisOf(known('XAUUSDc', { own })), {
    contractFrom: 'own',
    ground: { spec: { contractSize: '0.5' } },
  });
  const bare = { contractSize: '25', pipSize: null, base: null, quote: 'EUR', digits: null };
  const mine = basisOf(known('EURUSD', { own: bare })).ground.spec;
  t.match(mine, { base: 'EUR', quote: 'EUR', pipSize: null, digits: 5 }, 'also that it has no pips');
});

void t.test('a rate is typed, or the nearest one that is kept, or not there', async (t) => {
  const stored = { pair: 'GBPUSD', price: '1.27', at };
  t.match(basisOf(known('EURGBP')), { rateFrom: 'nowhere', ground: { rate: null } });
  t.match(basisOf(known('EURGBP', { stored })), { rateFrom: 'stored', ground: { rate: '1.27' } });
  const typed = { ...nothing, rate: '1.30' };
  t.match(basisOf(known('EURGBP', { stored, typed })), {
    rateFrom: 'typed',
    ground: { rate: '1.30' },
    stored: null,
  });
  t.match(basisOf(known('AUDJPY', { stored })), { rateFrom: 'nowhere' }, 'of another pair it is of no use');
  t.match(basisOf(known('EURUSD', { typed })), { rateFrom: 'none', ground: { rate: null } });
  t.match(basisOf(known('USDJPY')), { rateFrom: 'close' });
});

void t.test('where contract or rate are not known a trade that tells both is enough', async (t) => {
  const share = { ...told('AAPL', '5.00'), openPrice: '190', closePrice: '195' };
  t.match(basisOf(known('AAPL', { told: [share] })), {
    contractFrom: 'worth',
    rateFrom: 'worth',
    ground: { worth: '1' },
  });
  const cross = { ...told('EURGBP', '127.00'), openPrice: '0.85', closePrice: '0.851' };
  t.match(basisOf(known('EURGBP', { told: [cross] })), { rateFrom: 'worth', ground: { worth: '127000' } });
  const stored = { pair: 'GBPUSD', price: '1.27', at };
  t.match(basisOf(known('EURGBP', { told: [cross], stored })), {
    rateFrom: 'stored',
    ground: { worth: null },
  });
});
