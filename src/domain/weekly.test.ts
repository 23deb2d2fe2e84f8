import t from 'tap';
import { hourMs } from '../lib/clock.js';
import { weekToTell } from './weekly.js';

const at = (text: string): Date => new Date(text);

void t.test('a week is told on the Monday after it, from seven on, by the reader’s own clock', (t) => {
  const week = { from: '2026-11-23', before: '2026-11-30' };
  t.equal(weekToTell(at('2026-11-30T05:59:00Z'), 'Europe/Berlin'), null, 'one minute to seven');
  t.same(weekToTell(at('2026-11-30T06:00:00Z'), 'Europe/Berlin'), week);
  t.same(weekToTell(at('2026-11-30T22:59:00Z'), 'Europe/Berlin'), week);
  t.equal(weekToTell(at('2026-11-30T23:00:00Z'), 'Europe/Berlin'), null, 'Tuesday there');
  t.same(weekToTell(at('2026-11-29T18:00:00Z'), 'Pacific/Auckland'), week, 'Monday there already');
  t.same(weekToTell(at('2026-12-01T04:00:00Z'), 'America/Los_Angeles'), week, 'still Monday there');
  t.equal(weekToTell(at('2026-11-29T12:00:00Z'), 'UTC'), null, 'a Sunday');
  t.end();
});

void t.test('each week of a year is told, once, where clocks change and where they do not', (t) => {
  for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe']) {
    const told = new Set<string>();
    for (let ms = Date.parse('2026-01-01T00:11:00Z'); ms < Date.parse('2027-01-01T00:00:00Z'); ms += hourMs)
      told.add(weekToTell(new Date(ms), zone)?.from ?? '');
    t.equal(told.size, 53, `52 weeks, and nothing otherwise, in ${zone}`);
  }
  t.end();
});
