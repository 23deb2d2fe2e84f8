import t from 'tap';
import { stretchOf, type BoardPeriod } from './period.js';

void t.test('stretches of time begin when the user’s own do, whatever the clocks do meanwhile', async (t) => {
  const began = (period: BoardPeriod, now: string, zone: string) => {
    const { from, before } = stretchOf(period, new Date(now), zone);
    return [from?.toISOString(), before?.from.toISOString(), before?.name];
  };
  t.same(began('month', '2026-04-01T03:59:00Z', 'America/New_York'), [
    '2026-03-01T05:00:00.000Z',
    '2026-02-01T05:00:00.000Z',
    'February',
  ]);
  t.same(began('week', '2026-03-30T12:00:00Z', 'Europe/London'), [
    '2026-03-29T23:00:00.000Z',
    '2026-03-23T00:00:00.000Z',
    'last week',
  ]);
  t.same(began('year', '2025-12-31T15:00:00Z', 'Asia/Tokyo'), [
    '2025-12-31T15:00:00.000Z',
    '2024-12-31T15:00:00.000Z',
    '2025',
  ]);
  t.same(began('today', '2026-11-01T12:00:00Z', 'America/New_York')[0], '2026-11-01T04:00:00.000Z');
  t.same(began('all', '2026-11-01T12:00:00Z', 'UTC'), [undefined, undefined, undefined]);
});
