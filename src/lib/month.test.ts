import fc from 'fast-check';
import t from 'tap';
import { addDays, weekdayOf } from './day.js';
import { addMonths, firstDay, isMonth, isYear, lastDay, monthOf, monthsOfYear, weeksOf } from './month.js';

const months = fc
  .tuple(fc.integer({ min: 1970, max: 2998 }), fc.integer({ min: 0, max: 11 }))
  .map(([year, at]) => addMonths(`${year}-01`, at));

void t.test('what is a month, and what is not', async (t) => {
  for (const month of ['1970-01', '2026-11', '2999-12']) t.ok(isMonth(month), month);
  for (const text of ['1969-12', '2026-13', '2026-00', '2026-1', '2026-11-01', 'x'])
    t.notOk(isMonth(text), text);
  t.same(['1970', '2999', '1969', '20260'].map(isYear), [true, true, false, false]);
});

void t.test('months follow one another over the years', async (t) => {
  t.equal(addMonths('2026-11', 2), '2027-01');
  t.equal(addMonths('2026-01', -1), '2025-12');
  t.equal(lastDay('2028-02'), '2028-02-29');
  t.same([monthsOfYear('2026')[0], monthsOfYear('2026').at(-1)], ['2026-01', '2026-12']);
});

void t.test('the weeks of a month are whole, begin on Monday, and have each of its days once', async () => {
  fc.assert(
    fc.property(months, (month) => {
      const weeks = weeksOf(month);
      const days = weeks.flat();
      const own = days.filter((day) => monthOf(day) === month);
      return (
        weeks.every((week) => week.length === 7 && weekdayOf(week[0] ?? '') === 0) &&
        days.every((day, at) => at === 0 || day === addDays(days[at - 1] ?? '', 1)) &&
        (weeks[0] ?? []).includes(firstDay(month)) &&
        (weeks.at(-1) ?? []).includes(lastDay(month)) &&
        own.length === Number(lastDay(month).slice(8))
      );
    }),
  );
});
