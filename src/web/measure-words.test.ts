import t from 'tap';
import { figuresOf, goals, nothing, withRequest, withVisit, type Tally } from '../domain/tally.js';
import { availabilityWords, measureLines, measureRows, type MeasureFacts } from './measure-words.js';

const many = (count: number, add: (tally: Tally, at: number) => Tally): Tally =>
  Array.from({ length: count }).reduce<Tally>((tally, _none, at) => add(tally, at), nothing);
const requests = (count: number, tookMs: number, status = 200): Tally =>
  many(count, (tally) => withRequest(tally, { tookMs, status }));
const facts = (hour: readonly Tally[], day = hour): MeasureFacts => ({
  ...{ hour: figuresOf(hour), day: figuresOf(day), goals },
  availability: null,
});
const lineOf = (seen: MeasureFacts, wanted: string) => measureLines(seen).find(({ name }) => name === wanted);
const rowOf = (seen: MeasureFacts, wanted: RegExp) => measureRows(seen).find(({ name }) => wanted.test(name));

void t.test('an hour without a request has no p95, and misses no goal', async (t) => {
  const seen = facts([{ ...nothing, samples: 1, load: 0.25, freeBytes: 3_260_000_000 }]);
  t.match(lineOf(seen, 'requests'), {
    level: 'green',
    says: 'requests, 95 of 100 within: — (24 h —, goal 200 ms) · answered with 5xx: — (24 h —, goal 1 %)',
  });
  t.equal(lineOf(seen, 'queries')?.says, 'queries over 500 ms: 0 (24 h 0)');
  t.match(lineOf(seen, 'machine')?.says, /load, on average: 0\.25 .* free memory, at least: 3\.3 GB/);
  t.match(lineOf(facts([]), 'queries')?.says, '— (24 h —)', 'of minutes that nobody saw nothing is known');
});

void t.test('a goal is judged by the hour, and by the day where the hour has too little', async (t) => {
  const [slow, quick] = [requests(30, 201), requests(30, 199)];
  t.match(lineOf(facts([slow]), 'requests'), { level: 'amber', fix: /load of the machine/ });
  t.match(lineOf(facts([quick], [slow, slow]), 'requests'), { level: 'green', fix: null });
  t.match(lineOf(facts([requests(19, 201)], [quick]), 'requests'), { level: 'green' });
  t.match(lineOf(facts([requests(19, 199)], [slow]), 'requests'), { level: 'amber' });
});

void t.test('shares are never rounded to where they look better', async (t) => {
  const faults = (of: number): Tally =>
    many(of, (tally, at) => withRequest(tally, { tookMs: 1, status: at === 0 ? 500 : 200 }));
  t.equal(rowOf(facts([faults(3_000)]), /5xx/)?.hour, '0.04 %');
  t.match(lineOf(facts([faults(100)]), 'requests'), { level: 'green' }, 'one of a hundred keeps to the goal');
  t.match(lineOf(facts([faults(99)]), 'requests'), { level: 'amber', fix: /500 and above/ });
  const visits = many(30_000, (tally, at) =>
    withVisit(tally, { slot: 1, accountId: 'a', tookMs: 420, isRead: at > 0 }, 7),
  );
  t.match(rowOf(facts([visits]), /Sync success/), { hour: '99.99 % of 30\u202f000', goal: '95 %' });
  t.equal(rowOf(facts([visits]), /Most accounts/)?.hour, '7');
  t.match(rowOf(facts([visits]), /Sync time/)?.hour, /^476 ms \/ 476 ms$/);
});

void t.test('availability is told from the first minute on, and judged after a day', async (t) => {
  const words = (answered: number, of: number) => availabilityWords({ answered, of, since: null });
  t.match(availabilityWords(null), { says: null, fix: null });
  t.match(words(0, 0), { says: null });
  t.match(words(5, 10), { says: '50 % of 10 min', fix: null });
  t.match(words(1_439, 1_440), { says: '99.93 % of 1 d', goal: '99.5 %', fix: null });
  t.match(words(42_983, 43_200), { says: '99.49 % of 30 d', fix: /stopped RawJournal/ });
});
