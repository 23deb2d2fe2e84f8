import fc from 'fast-check';
import t from 'tap';
import { compareTickets, type Deal, dealEntry, dealType, isTradeDeal, netOf, type Order } from './deal.js';
import { type Trade, tradesOf } from './trade.js';

const none = new Map<string, Order>();
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

let ticket = 100;
const deal = (change: Partial<Deal>): Deal => {
  ticket += 1;
  return {
    ticket: String(ticket),
    order: `9${String(ticket)}`,
    positionId: '7',
    serverMs: ticket * 1000,
    type: dealType.buy,
    entry: dealEntry.in,
    reason: 0,
    magic: '0',
    symbol: 'EURUSD',
    volume: 1,
    price: 1.1,
    profit: 0,
    swap: 0,
    commission: 0,
    fee: 0,
    comment: '',
    ...change,
  };
};
const buy = (change: Partial<Deal> = {}): Deal => deal({ type: dealType.buy, ...change });
const sell = (change: Partial<Deal> = {}): Deal => deal({ type: dealType.sell, ...change });
const out = { entry: dealEntry.out };
const inOut = { entry: dealEntry.inOut };
const only = (deals: Deal[], orders = none): Trade => {
  const [trade, ...more] = tradesOf(deals, orders);
  if (trade === undefined || more.length > 0)
    throw new Error(`one trade expected, not ${String(more.length + 1)}`);
  return trade;
};

void t.test('one way in and one way out is one trade', async (t) => {
  const entry = buy({ price: 1.1, commission: -350, magic: '42', comment: 'plan', reason: 3 });
  const exit = sell({
    ...out,
    price: 1.105,
    profit: 50_000,
    swap: -120,
    commission: -350,
    fee: -1,
    reason: 5,
  });
  t.same(only([exit, entry]), {
    positionId: '7',
    firstTicket: entry.ticket,
    symbol: 'EURUSD',
    side: 'buy',
    volume: 1,
    openVolume: 0,
    openedMs: entry.serverMs,
    closedMs: exit.serverMs,
    openPrice: 1.1,
    closePrice: 1.105,
    stopLoss: null,
    takeProfit: null,
    gross: 50_000,
    swap: -120,
    commission: -700,
    fee: -1,
    net: 49_179,
    magic: '42',
    comment: 'plan',
    openReason: 3,
    closeReason: 5,
    closedBy: null,
    dealTickets: [entry.ticket, exit.ticket],
    flags: [],
    source: 'live',
  } satisfies Trade);
});

void t.test('what is still open has neither a close nor a reason for it', async (t) => {
  const trade = only([sell({ volume: 0.3, commission: -5 }), buy({ ...out, volume: 0.1, profit: 7 })]);
  t.match(trade, {
    side: 'sell',
    volume: 0.3,
    openVolume: 0.2,
    closedMs: null,
    closePrice: null,
    closeReason: null,
  });
  t.equal(trade.net, 2);
});

void t.test(
  'entries and exits in parts give prices weighted by volume, equal prices stay exact',
  async (t) => {
    const parts = [buy({ volume: 0.1, price: 1.1 }), buy({ volume: 0.2, price: 1.4 })];
    const exits = [
      sell({ ...out, volume: 0.15, price: 1.5 }),
      sell({ ...out, volume: 0.15, price: 1.6, reason: 4 }),
    ];
    const trade = only([...parts, ...exits]);
    t.match(trade, {
      volume: 0.3,
      openVolume: 0,
      openPrice: 1.3,
      closePrice: 1.55,
      closeReason: 4,
      flags: [],
    });
    const price = fc.integer({ min: 1, max: 9_999_999 }).map((points) => points / 100_000);
    const volumes = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(price, volumes, (one, hundredths) => {
        const { openPrice, volume } = only(
          hundredths.map((volume) => buy({ price: one, volume: volume / 100 })),
        );
        return openPrice === one && volume === sum(hundredths) / 100;
      }),
    );
  },
);

void t.test(
  'a reversal closes one trade and opens the next, and its costs are shared by volume',
  async (t) => {
    const entry = buy({ volume: 0.1, commission: -10 });
    const turn = sell({
      ...inOut,
      volume: 0.4,
      price: 1.2,
      profit: 900,
      swap: -3,
      commission: -5,
      fee: -2,
      reason: 3,
    });
    const exit = buy({ ...out, volume: 0.3, price: 1.15, profit: 50 });
    const [closed, opened] = tradesOf([entry, turn, exit], none);
    t.match(closed, { side: 'buy', volume: 0.1, closePrice: 1.2, gross: 900, swap: -3, flags: ['reversed'] });
    t.match(closed, { commission: -11, fee: -1, closeReason: 3, dealTickets: [entry.ticket, turn.ticket] });
    t.match(opened, { side: 'sell', volume: 0.3, openPrice: 1.2, gross: 50, swap: 0, flags: [] });
    t.match(opened, { commission: -4, fee: -1, firstTicket: turn.ticket, openReason: 3 });
  },
);

void t.test('a close-by names the other position through its order', async (t) => {
  const order: Order = {
    ticket: '55',
    positionId: '7',
    positionById: '8',
    type: 8,
    stopLoss: null,
    takeProfit: null,
  };
  const by = { entry: dealEntry.outBy, order: '55' };
  const deals = [buy(), sell({ positionId: '8' }), sell(by), buy({ ...by, positionId: '8' })];
  const closedBy = (orders: Map<string, Order>): (string | null)[] =>
    tradesOf(deals, orders).map((trade) => trade.closedBy);
  t.same(closedBy(new Map([['55', order]])), ['8', '7']);
  t.same(closedBy(none), [null, null], 'unknown without the order');
  t.same(closedBy(new Map([['55', { ...order, type: 0 }]])), [null, null]);
  t.ok(tradesOf(deals, none).every(({ flags }) => flags.join() === 'close-by'));
});

void t.test('levels are those of the first order, and unknown is not zero', async (t) => {
  const entry = buy();
  const order = (stopLoss: number | null): Map<string, Order> =>
    new Map([
      [entry.order, { ...entry, ticket: entry.order, positionById: '0', type: 0, stopLoss, takeProfit: 1.2 }],
    ]);
  t.match(only([entry, buy()], order(1.05)), { stopLoss: 1.05, takeProfit: 1.2 });
  t.match(only([entry], order(null)), { stopLoss: null, takeProfit: 1.2 });
});

void t.test('an exit without an entry is an orphan, and nothing about its entry is guessed', async (t) => {
  const exits = [
    sell({ ...out, volume: 0.1, profit: 5 }),
    sell({ ...out, volume: 0.2, price: 1.2, profit: 6 }),
  ];
  const orphan = only(exits);
  t.match(orphan, {
    side: 'buy',
    volume: 0.3,
    openVolume: 0,
    openPrice: null,
    openReason: null,
    flags: ['orphan'],
  });
  t.match(orphan, { net: 11, closedMs: exits[1]?.serverMs, openedMs: exits[0]?.serverMs });
  const [first, second] = tradesOf([...exits, buy(), sell(out)], none);
  t.same([first?.flags, second?.flags], [['orphan'], []], 'a later entry starts the next trade');
});

void t.test('a position used again after it was flat makes the next trade', async (t) => {
  const trades = tradesOf([buy({ volume: 0.1 }), sell({ ...out, volume: 0.1 }), sell(), buy(out)], none);
  t.same(
    trades.map(({ side, openVolume, flags }) => [side, openVolume, flags.length]),
    [
      ['buy', 0, 0],
      ['sell', 0, 0],
    ],
  );
});

void t.test('sums of volumes that a double cannot hold are flat all the same', async (t) => {
  const thirds = [0.1, 0.2, 0.3, 0.7].map((volume) => buy({ volume }));
  t.match(only([...thirds, sell({ ...out, volume: 1.3 })]), { volume: 1.3, openVolume: 0, flags: [] });
  t.match(only([buy({ volume: 0.3 }), sell({ ...out, volume: 0.3 - 9e-10 })]), { openVolume: 0, flags: [] });
  t.match(only([buy({ volume: 0.3 }), sell({ ...out, volume: 0.3 - 2e-8 })]), { openVolume: 2e-8 });
});

void t.test('deals that contradict one another are taken as they come and marked', async (t) => {
  const odd: Record<string, Deal[]> = {
    'an entry number nobody knows': [buy({ entry: 9 })],
    'an exit of more than is open': [buy({ volume: 0.1 }), sell({ ...out, volume: 0.2 })],
    'an exit in the direction of the entry': [buy(), buy(out)],
    'an entry against the open direction': [buy(), sell({ volume: 0.4 })],
    'a reversal that reverses nothing': [buy(), sell({ ...inOut, volume: 0.4 })],
    'a reversal of nothing': [sell(inOut)],
    'no volume': [buy({ volume: 0 })],
    'a volume that is no number': [buy({ volume: NaN })],
    'another symbol': [buy(), sell({ ...out, symbol: 'XAUUSD' })],
  };
  for (const [name, deals] of Object.entries(odd)) t.same(only(deals).flags, ['review'], name);
  const turned = tradesOf([buy(), sell({ volume: 3 })], none);
  t.same(
    turned.map(({ flags, openVolume }) => [...flags, openVolume]),
    [
      ['reversed', 'review', 0],
      ['review', 2],
    ],
  );
});

void t.test('tickets are ordered as numbers', async (t) => {
  const numeric = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n });
  fc.assert(
    fc.property(
      numeric,
      numeric,
      (a, b) => Math.sign(compareTickets(String(a), String(b))) === Number(a > b) - Number(a < b),
    ),
  );
  const at = { serverMs: 5 };
  t.match(only([sell({ ...at, ...out, ticket: '1000' }), buy({ ...at, ticket: '999' })]), {
    side: 'buy',
    flags: [],
  });
});

void t.test('whatever deals say, nothing is thrown and no money is lost', async () => {
  const wild = fc.record({
    type: fc.integer({ min: 0, max: 3 }),
    entry: fc.integer({ min: -1, max: 5 }),
    positionId: fc.constantFrom('0', '1', '2'),
    volume: fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })),
    price: fc.double(),
    serverMs: fc.nat(5),
    profit: fc.integer({ min: -1000, max: 1000 }),
    commission: fc.integer({ min: -1000, max: 1000 }),
    ticket: fc.nat(1e6).map(String),
  });
  fc.assert(
    fc.property(fc.uniqueArray(wild, { selector: (one) => one.ticket, maxLength: 30 }), (changes) => {
      const deals = changes.map(deal);
      const nets = tradesOf(deals, none).map(({ net }) => net);
      return sum(nets) === sum(deals.filter(isTradeDeal).map(netOf));
    }),
    { numRuns: 1000 },
  );
});
