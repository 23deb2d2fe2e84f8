import t from 'tap';
import { writeEntry } from '../../data/journal.js';
import { ensureLabels, type LabelKind } from '../../data/labels.js';
import { noJudgement, type Judgement } from '../../domain/judgement.js';
import { closedAt, dayWorld, readable, versionIn } from '../../testing/day-world.js';
import { firstLine } from './first-line.js';

t.setTimeout(600_000);

const week = '/journal/weeks/2026-02-02';

interface Said extends Partial<Judgement> {
  setup?: string;
  mistakes?: string[];
}

type World = Awaited<ReturnType<typeof dayWorld>>;

/** Writes of each trade in turn. */
const judge = ({ app, anna, ids }: World, all: readonly Said[]): Promise<void> =>
  app.db.withTenant('app', anna.userId, async (tx) => {
    const at = app.clock.now();
    const named = async (kind: LabelKind, names: string[]) =>
      (await ensureLabels(tx, anna.userId, kind, { names, at })) ?? [];
    for (const [index, { setup, mistakes = [], ...judgement }] of all.entries())
      await writeEntry(tx, anna.userId, ids[index] ?? '', {
        ...{ ...noJudgement, ...judgement, notes: '', tagIds: [], seen: 0, at },
        setupId: setup === undefined ? null : ((await named('setups', [setup]))[0] ?? null),
        mistakeIds: await named('mistakes', mistakes),
      });
  });

const traded = [
  closedAt('2026-02-02T10:00:00Z', 5_000),
  closedAt('2026-02-03T10:00:00Z', -2_000, { symbol: 'XAUUSD', name: 'XAUUSD' }),
  closedAt('2026-02-08T22:00:00Z', -500),
  closedAt('2026-01-28T10:00:00Z', 1_000),
];

const judged: Said[] = [
  { setup: 'Gap', followedPlan: true, checks: { asked: ['a', 'b'], kept: ['a', 'b'] } },
  {
    setup: 'Gap',
    followedPlan: false,
    mistakes: ['Too large', 'No plan'],
    checks: { asked: ['a', 'b'], kept: ['a'] },
  },
  { mistakes: ['Too large'] },
];

void t.test('a week shows its figures beside those of the week before, and each of its days', async (t) => {
  const { get, write } = await dayWorld(t, traded);
  await write('/journal/days/2026-02-03', { review: '## Late\nBoth.', mood: 'fearful' });
  await write('/journal/days/2026-02-07', { plan: 'Rest.' });
  const html = await get(week);
  const text = readable(html);
  t.match(text, 'Week of 2 Feb 2026');
  t.match(text, 'Net result n 3 +25.00 USD ▲ 15.00 on the week before');
  t.match(text, 'Trades n 3 3 ▲ 2 on the week before');
  t.match(text, 'Best day +50.00 USD 2 Feb 2026');
  t.match(text, 'Worst day −20.00 USD 3 Feb 2026');
  t.match(text, 'Mon 2 Feb — 1 trade +50.00 USD');
  t.match(text, 'Tue 3 Feb Late Fearful 1 trade −20.00 USD');
  t.match(text, 'Sat 7 Feb Plan: Rest. — —');
  t.match(text, 'Sun 8 Feb — 1 trade −5.00 USD');
  t.match(html, 'href="/journal/days/2026-02-05"', 'days without trades too');
});

void t.test(
  'what mistakes cost and what setups made stands beside it, and how far the plan was kept',
  async (t) => {
    const world = await dayWorld(t, traded);
    await judge(world, judged);
    const text = readable(await world.get(week));
    t.match(text, /Too large 2 0.0 −25.00 USD No plan 1 0.0 −20.00 USD/, 'the dearest first');
    t.match(text, /Gap 2 50.0 \+30.00 USD Without a setup 1 0.0 −5.00 USD/, 'the best first');
    t.match(text, 'Plan kept in 1 of 2 trades');
    t.match(text, '75 % of the checklist kept in 2 trades');
  },
);

void t.test('a review starts with the numbers when one asks for it, and keeps what was typed', async (t) => {
  const world = await dayWorld(t, traded);
  await judge(world, judged);
  const { write, get } = world;
  const answer = await write(week, { review: 'Mine first.', lessons: 'And this.', start: 'numbers' });
  t.equal(answer.statusCode, 303);
  const html = (await get(week)).replaceAll('&#39;', "'");
  for (const line of [
    'Mine first.\n\n**Real USD**\n\n',
    '- Net +25.00 USD in 3 trades, 33.3 % won (1 of 3), profit factor 2.00\n',
    '- Best day 2 Feb 2026, +50.00 USD; worst day 3 Feb 2026, −20.00 USD\n',
    '- Best symbol EURUSD, +45.00 USD in 2 trades; worst symbol XAUUSD, −20.00 USD in 1 trade\n',
    '- Mistakes: Too large, −25.00 USD in 2 trades; No plan, −20.00 USD in 1 trade\n',
    '- Setups: Gap, +30.00 USD in 2 trades\n\n',
    '- Plan kept in 1 of 2 trades\n',
    'And this.</textarea>',
  ])
    t.ok(html.includes(line), line);
  const again = await write(week, { review: 'x', start: 'numbers' });
  t.equal(again.statusCode, 409, 'a second click of the same page writes nothing over');
  t.match(again.body, '>\nx</textarea>', 'and shows what was typed, without numbers');
  t.equal(versionIn(await get(week)), '1');
});

void t.test('names are no marks in the numbers, and what finds no room is said', async (t) => {
  const world = await dayWorld(t, traded);
  await judge(world, [{ mistakes: ['*Fat* [finger]'] }]);
  await world.write(week, { start: 'numbers' });
  t.match(await world.get(week), '\\*Fat\\* \\[finger\\]');
  const month = '/journal/months/2026-02';
  const full = await world.write(month, { review: 'y'.repeat(19_990), start: 'numbers' });
  t.equal(full.statusCode, 422);
  t.match(full.body, 'The figures find no room');
});

void t.test('a month has the days on which something closed or was written, and no others', async (t) => {
  const { get, write } = await dayWorld(t, traded);
  await write('/journal/days/2026-02-20', { lessons: '1. Wait' });
  const html = await get('/journal/months/2026-02');
  const days = [...html.matchAll(/<th scope="row"><a href="\/journal\/days\/([\d-]+)"/g)].map(
    ([, day]) => day,
  );
  t.same(days, ['2026-02-02', '2026-02-03', '2026-02-08', '2026-02-20']);
  t.match(readable(html), 'Lesson: Wait');
  t.match(readable(html), '▲ 15.00 on the month before');
});

void t.test('a week without trades offers no numbers, and can be written all the same', async (t) => {
  const { get, write } = await dayWorld(t, traded);
  const empty = '/journal/weeks/2026-02-16';
  const html = await get(empty);
  t.notMatch(html, 'name="start"');
  t.match(html, 'No trade closed in this week');
  t.equal((await write(empty, { review: 'Away.', start: 'numbers' })).statusCode, 303);
  t.match(await get(empty), '>\nAway.</textarea>');
});

void t.test('a text begins with its first line that says something', async (t) => {
  t.equal(firstLine('\n\n## **Bold** start\nmore'), 'Bold start');
  t.equal(firstLine('- \n1. one'), 'one');
  t.equal(firstLine('> > said'), 'said');
  t.equal(firstLine('snake_case stays, 2 * 3 too'), 'snake_case stays, 2 * 3 too');
  t.equal(firstLine(' \n\t'), '');
});
