import fc from 'fast-check';
import t from 'tap';
import { dayMs, hourMs } from './clock.js';
import { fromWall, isZone, offsetSeconds, toWall } from './zone.js';

const at = (text: string): number => Date.parse(text);
const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const instant = fc.integer({ min: at('1970-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });

/** Intl itself, asked by another road. */
const byIntl = (name: string, utcMs: number): number => {
  const text = new Date(utcMs).toLocaleString('sv-SE', { timeZone: name });
  return (at(`${text.replace(' ', 'T')}Z`) - Math.floor(utcMs / 1000) * 1000) / 1000;
};

void t.test('clocks change at the very second of the rule', async (t) => {
  const edges: [string, string, number, number][] = [
    ['Europe/Athens', '2026-03-29T01:00:00Z', 7200, 10800],
    ['Europe/Athens', '2026-10-25T01:00:00Z', 10800, 7200],
    ['America/New_York', '2026-03-08T07:00:00Z', -18000, -14400],
    ['America/New_York', '2026-11-01T06:00:00Z', -14400, -18000],
    ['Europe/London', '2026-03-29T01:00:00Z', 0, 3600],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 39600, 37800],
    ['Africa/Cairo', '2014-06-26T21:00:00Z', 10800, 7200],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', -36000, 50400],
  ];
  for (const [name, edge, before, after] of edges) {
    t.equal(offsetSeconds(name, at(edge) - 1), before, `${name} before ${edge}`);
    t.equal(offsetSeconds(name, at(edge)), after, `${name} at ${edge}`);
  }
  t.equal(offsetSeconds('Asia/Kolkata', 0), 19800);
  t.equal(offsetSeconds('UTC', at('2026-07-01T00:00:00Z')), 0);
});

void t.test('every zone says what Intl says', async () => {
  fc.assert(
    fc.property(zone, instant, (name, utcMs) => offsetSeconds(name, utcMs) === byIntl(name, utcMs)),
    { numRuns: 1500 },
  );
});

void t.test('day by day, the zones of brokers and of Ramadan say what Intl says', async (t) => {
  const differ: string[] = [];
  for (const name of ['America/New_York', 'Europe/Athens', 'Africa/Casablanca', 'Africa/Cairo', 'Asia/Gaza'])
    for (let utcMs = at('2009-01-01T03:30:00Z'); utcMs < at('2028-01-01T00:00:00Z'); utcMs += dayMs)
      if (offsetSeconds(name, utcMs) !== byIntl(name, utcMs))
        differ.push(`${name} ${new Date(utcMs).toISOString()}`);
  t.same(differ, []);
});

void t.test(
  'a wall clock leads back to its instant, or in the repeated hour to the first of two',
  async () => {
    const isRight = (name: string, utcMs: number): boolean => {
      const back = fromWall(name, toWall(name, utcMs));
      return back === utcMs || (back < utcMs && toWall(name, back) === toWall(name, utcMs));
    };
    fc.assert(fc.property(zone, instant, isRight), { numRuns: 1500 });
    const nearEdge = fc
      .tuple(
        fc.constantFrom('2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'),
        fc.integer({ min: -3 * hourMs, max: 3 * hourMs }),
      )
      .map(([edge, offMs]) => at(edge) + offMs);
    fc.assert(fc.property(nearEdge, (utcMs) => isRight('Europe/Athens', utcMs)));
  },
);

void t.test('the hour that comes twice and the hour that never comes are decided', async (t) => {
  const athens = (wall: string): string => new Date(fromWall('Europe/Athens', at(wall))).toISOString();
  t.equal(athens('2026-10-25T02:59:59.999Z'), '2026-10-24T23:59:59.999Z');
  t.equal(athens('2026-10-25T03:30:00Z'), '2026-10-25T00:30:00.000Z', 'the first half past three');
  t.equal(athens('2026-10-25T04:00:00Z'), '2026-10-25T02:00:00.000Z');
  t.equal(athens('2026-03-29T02:59:59Z'), '2026-03-29T00:59:59.000Z');
  t.equal(athens('2026-03-29T03:30:00Z'), '2026-03-29T01:30:00.000Z', 'counted on from before the gap');
  t.equal(athens('2026-03-29T04:00:00Z'), '2026-03-29T01:00:00.000Z');
});

void t.test('unknown zones and times that are none are refused', async (t) => {
  for (const name of ['', 'Mars/Olympus', 'ny+7', '+02:00']) {
    t.throws(() => offsetSeconds(name, 0), { name: 'RangeError' }, name);
    t.notOk(isZone(name), name);
  }
  t.ok(isZone('Europe/Athens'));
  for (const utcMs of [NaN, Infinity, -Infinity])
    t.throws(() => offsetSeconds('UTC', utcMs), { name: 'RangeError' });
});
