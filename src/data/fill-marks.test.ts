import t from 'tap';
import { dealEntry, dealType } from '../domain/deal.js';
import { testApp } from '../testing/app.js';
import { person } from '../testing/cast.js';
import { dealOf, seedTrades } from '../testing/trades.js';
import { seedAccount } from '../testing/trading.js';
import { fillMarks } from './fill-marks.js';

const minuteMs = 60_000;

void t.test('a part that was closed, a close by and a reversal are each marked once', async (t) => {
  const world = await testApp(t);
  const { userId } = await person(world, 'anna');
  const { accountId } = await seedAccount(world, userId, { trades: 0 });
  const start = world.clock.now().getTime() - 600 * minuteMs;
  const [buy, sell] = [dealType.buy, dealType.sell];
  const of = (positionId: string) => ({ positionId, symbol: 'EURUSD', magic: '0' });
  const deal = (
    positionId: string,
    [ticket, minute, type, entry, volume]: [number, number, number, number, number],
  ) =>
    dealOf(of(positionId), {
      ticket: String(ticket),
      serverMs: start + minute * minuteMs,
      type,
      entry,
      volume,
    });
  const trade = (
    positionId: string,
    side: 'buy' | 'sell',
    [from, to]: [number, number],
    tickets: number[],
  ) => ({
    ...{ positionId, side, firstTicket: String(tickets[0]), dealTickets: tickets.map(String) },
    ...{ openedMs: start + from * minuteMs, closedMs: start + to * minuteMs },
    ...{ openedAt: new Date(start + from * minuteMs), closedAt: new Date(start + to * minuteMs) },
  });
  await seedTrades(world, { userId, accountId }, [
    {
      ...trade('1', 'buy', [0, 30], [11, 12, 13]),
      deals: [
        deal('1', [11, 0, buy, dealEntry.in, 0.3]),
        deal('1', [12, 10, sell, dealEntry.out, 0.1]),
        deal('1', [13, 30, sell, dealEntry.out, 0.2]),
      ],
    },
    {
      ...trade('2', 'buy', [40, 60], [21, 23]),
      deals: [deal('2', [21, 40, buy, dealEntry.in, 0.1]), deal('2', [23, 60, sell, dealEntry.outBy, 0.1])],
    },
    {
      ...trade('3', 'sell', [50, 60], [22, 24]),
      deals: [deal('3', [22, 50, sell, dealEntry.in, 0.1]), deal('3', [24, 60, buy, dealEntry.outBy, 0.1])],
    },
    {
      ...trade('4', 'buy', [70, 80], [31, 32]),
      deals: [deal('4', [31, 70, buy, dealEntry.in, 0.1]), deal('4', [32, 80, sell, dealEntry.inOut, 0.2])],
    },
    {
      // The deal that reversed the one before opened this one.
      ...trade('4', 'sell', [80, 90], [32, 33]),
      deals: [deal('4', [33, 90, buy, dealEntry.out, 0.1])],
    },
  ]);
  const marks = await world.db.withTenant('app', userId, (tx) =>
    fillMarks(tx, userId, { name: 'EURUSD', fromMs: start, toMs: start + 100 * minuteMs }),
  );
  t.same(
    marks.map(({ at_ms: at, type, entry, volume }) => [(at - start) / minuteMs, type, entry, Number(volume)]),
    [
      [0, buy, dealEntry.in, 0.3],
      [10, sell, dealEntry.out, 0.1],
      [30, sell, dealEntry.out, 0.2],
      [40, buy, dealEntry.in, 0.1],
      [50, sell, dealEntry.in, 0.1],
      [60, buy, dealEntry.outBy, 0.1],
      [60, sell, dealEntry.outBy, 0.1],
      [70, buy, dealEntry.in, 0.1],
      [80, sell, dealEntry.inOut, 0.2],
      [90, buy, dealEntry.out, 0.1],
    ],
  );
});
