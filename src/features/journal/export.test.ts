import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { writePage } from '../../data/journal-pages.js';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';
import { writeOf } from '../../testing/written.js';
import { filesOf } from '../../testing/zip-files.js';
import { archiveOf, type Export } from './export-archive.js';
import type { PicturesOf } from './export-pictures.js';
import { readJournalFilter } from './filter.js';
import { foundFilter } from './timeline.js';

t.setTimeout(600_000);

async function desk(t: Test, opened: readonly string[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const wishes = opened.map((text) => ({ openedAt: new Date(text) }));
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  return { world, anna, ids };
}

const exported = async (
  world: Awaited<ReturnType<typeof desk>>,
  query: string,
): Promise<Map<string, Buffer>> => {
  const answer = await world.anna.browser.get(`/journal/export${query}`);
  return filesOf(answer.rawPayload);
};

void t.test('an export reads as it was written, with what the trade was', async (t) => {
  const made = await desk(t, ['2026-01-05T10:00:00Z', '2026-01-06T10:00:00Z']);
  const { world, anna, ids } = made;
  const notes = '  # mine\n\n*as* <b>written</b>\n\n- [ ] `x`';
  await writeOf(world, anna.userId, ids[0] ?? '', {
    notes,
    ...{ tags: ['News', 'a*b'], setup: 'Gap', mood: 'greedy', quality: 3, followedPlan: true },
    checks: { asked: ['Trend', 'Stop'], kept: ['Stop'] },
  });
  await writeOf(world, anna.userId, ids[1] ?? '', { notes: 'second' });
  const answer = await anna.browser.get('/journal/export');
  t.equal(answer.headers['content-type'], 'application/zip');
  t.match(
    answer.headers['content-disposition'],
    /attachment; filename="rawjournal-journal-\d{4}-\d\d-\d\d\.zip"/,
  );
  const files = await exported(made, '');
  t.same([...files.keys()], ['journal.md']);
  const text = String(files.get('journal.md'));
  t.equal(
    text,
    [
      '# 6 Jan 2026\n\n## EURUSD buy 0.10 lots\n\n- Opened: 6 Jan 2026, 10:00\n- Closed: 6 Jan 2026, 10:30\n- Net: +9.65 USD\n- Account: Swing\n\nsecond\n',
      '\n# 5 Jan 2026\n\n## EURUSD buy 0.10 lots\n\n- Opened: 5 Jan 2026, 10:00\n- Closed: 5 Jan 2026, 10:30\n- Net: +9.65 USD\n- Account: Swing\n',
      '- Setup: Gap\n- Tags: a\\*b, News\n- Mood: Greedy\n- Quality of the setup: 3 of 5\n- Plan kept: yes\n- Checklist: \n  - [ ] Trend\n  - [x] Stop\n',
      `\n${notes}\n`,
    ].join(''),
  );
});

void t.test('exactly what is filtered is exported, and nothing of another', async (t) => {
  const made = await desk(t, ['2026-01-05T10:00:00Z', '2026-01-06T10:00:00Z']);
  const { world, anna, ids } = made;
  await writeOf(world, anna.userId, ids[0] ?? '', { notes: 'alpha word', tags: ['News'] });
  await writeOf(world, anna.userId, ids[1] ?? '', { notes: 'beta word' });
  const bert = await person(world, 'bert');
  const { tradeIds } = await seedAccount(world, bert.userId, { trades: 1 });
  await writeOf(world, bert.userId, tradeIds[0] ?? '', { notes: 'his word' });
  const cases: [string, RegExp, RegExp][] = [
    ['?tag=News', /alpha/, /beta|his/],
    ['?q=wor&to=2026-01-05', /alpha/, /beta|his/],
    ['?q=word', /beta[^]*alpha/, /his/],
    ['?kind=missed', /^$/, /./],
  ];
  for (const [query, wanted, unwanted] of cases) {
    const text = String((await exported(made, query)).get('journal.md'));
    t.match(text, wanted, query);
    t.notMatch(text, unwanted, query);
  }
});

const wholeOf = async (made: Awaited<ReturnType<typeof desk>>, picturesOf: PicturesOf): Promise<Export> => {
  const { world, anna } = made;
  const filter = await world.db.withTenant('app', anna.userId, (tx) =>
    foundFilter(tx, anna.userId, readJournalFilter({}, 'Europe/Berlin').filter),
  );
  if (filter === null) throw new Error('Nothing is searched for.');
  const { db, clock } = world;
  return { db, userId: anna.userId, timeZone: 'Europe/Berlin', filter, picturesOf, madeAt: clock.now() };
};

void t.test('a long journal is a file a month, by one’s own clock', async (t) => {
  const months = [
    '2025-11-30T23:30:00Z',
    '2026-01-05T10:00:00Z',
    '2026-02-28T22:59:00Z',
    '2026-02-28T23:30:00Z',
  ];
  const opened = Array.from({ length: 1_004 }, (_, n) => months[n % 4] ?? '');
  const made = await desk(t, opened);
  for (const [at, id] of made.ids.entries())
    await writeOf(made.world, made.anna.userId, id, { notes: `number ${at}.` });
  const files = await filesOf(await buffer(archiveOf(await wholeOf(made, () => Promise.resolve([])))));
  const names = ['journal-2026-03.md', 'journal-2026-02.md', 'journal-2026-01.md', 'journal-2025-12.md'];
  t.same([...files.keys()], names);
  const all = names.map((name) => String(files.get(name))).join('');
  for (const at of opened.keys()) if (!all.includes(`number ${at}.`)) t.fail(`number ${at} is missing`);
  t.equal(all.match(/number \d+\./g)?.length, 1_004, 'each once');
});

void t.test('pictures lie beside the text, under names that lead nowhere else', async (t) => {
  const made = await desk(t, ['2026-01-05T10:00:00Z']);
  await writeOf(made.world, made.anna.userId, made.ids[0] ?? '', { notes: 'seen' });
  const picturesOf: PicturesOf = (_tx, _userId, entryIds) =>
    Promise.resolve(
      entryIds.flatMap((entryId) => [
        {
          entryId,
          caption: '../../etc](x)\n<b>',
          ending: 'webp',
          open: () => Promise.resolve(Readable.from([Buffer.from('one')])),
        },
        {
          entryId,
          caption: '',
          ending: '/../../x',
          open: () => Promise.resolve(Readable.from([Buffer.from('two')])),
        },
        { entryId, caption: 'gone', ending: 'png', open: () => Promise.resolve(null) },
      ]),
    );
  const files = await filesOf(await buffer(archiveOf(await wholeOf(made, picturesOf))));
  const [text, first, second, ...rest] = files.keys();
  t.equal(text, 'journal.md');
  t.match(first, /^images\/[0-9a-f-]{36}-1\.webp$/);
  t.match(second, /^images\/[0-9a-f-]{36}-2$/);
  t.same(rest, []);
  t.equal(String(files.get(first ?? '')), 'one');
  t.match(String(files.get('journal.md')), `](${first ?? ''})`);
  t.notMatch(String(files.get('journal.md')), /\n<b>|etc\]\(x/);
});

void t.test('whoever leaves in the middle holds nothing open, and what fails ends the file', async (t) => {
  const made = await desk(t, ['2026-01-05T10:00:00Z']);
  await writeOf(made.world, made.anna.userId, made.ids[0] ?? '', { notes: 'seen' });
  let isClosed = false;
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
    destroy(error, done) {
      isClosed = true;
      done(error);
    },
  });
  const picturesOf: PicturesOf = (_tx, _userId, [entryId = '']) =>
    Promise.resolve([{ entryId, caption: '', ending: 'png', open: () => Promise.resolve(endless) }]);
  const archive = archiveOf(await wholeOf(made, picturesOf));
  for await (const chunk of archive) if (chunk !== null && endless.readableDidRead) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.ok(isClosed, 'the picture is closed');
  const broken: PicturesOf = () => Promise.reject(new Error(randomUUID()));
  await t.rejects(buffer(archiveOf(await wholeOf(made, broken))));
});

void t.test('days and reviews are exported with their parts', async (t) => {
  const made = await desk(t, []);
  const { world, anna } = made;
  await world.db.withTenant('app', anna.userId, (tx) =>
    writePage(tx, anna.userId, {
      key: { kind: 'week', startsOn: '2026-01-05' },
      page: { plan: '- wait', review: 'Waited.\n', lessons: '', mood: 'neutral' },
      ...{ seen: 0, at: world.clock.now() },
    }),
  );
  const text = String((await exported(made, '?kind=days')).get('journal.md'));
  t.equal(
    text,
    '# 11 Jan 2026\n\n## Week of 5 Jan 2026\n\n- Mood: Neutral\n\n### Plan\n\n- wait\n\n### Review\n\nWaited.\n',
  );
});
