import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { foundCondition, readSearch } from '../../data/journal-search.js';
import { removeEntry } from '../../data/journal.js';
import { testApp } from '../../testing/app.js';
import { person, type Person } from '../../testing/cast.js';
import { asAdministrator } from '../../testing/database.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades } from '../../testing/trades.js';
import { writeOf } from '../../testing/written.js';

t.setTimeout(600_000);

/** Trades an hour apart, the first the latest, with these notes. */
async function desk(t: Test, notes: readonly string[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { trades: 0 });
  const ids = await seedTrades(
    world,
    { userId: anna.userId, accountId },
    notes.map((_, n) => ({ openedAt: new Date(Date.UTC(2026, 0, 20) - n * 3_600_000) })),
  );
  for (const [at, text] of notes.entries()) await writeOf(world, anna.userId, ids[at] ?? '', { notes: text });
  return { world, anna, ids };
}

const found = async ({ browser }: Person, q: string, more = ''): Promise<string[]> => {
  const { body } = await browser.get(`/journal?q=${encodeURIComponent(q)}${more}`);
  return [...body.matchAll(/class="entry-text" dir="auto">([^]*?)<\/p>/g)].map(([, text]) =>
    (text ?? '').replaceAll(/<\/?mark>/g, '').trim(),
  );
};

void t.test('whole words, beginnings, several words and phrases are found', async (t) => {
  const { anna } = await desk(t, [
    'Moved the stop before London',
    'The London stop was moved',
    'Überhastet, Ölpreis über 80.5; EUR/USD lief',
    'go',
    'ロンドン の朝',
  ]);
  const [moved, london, german, go, japanese] = [
    'Moved the stop before London',
    'The London stop was moved',
    'Überhastet, Ölpreis über 80.5; EUR/USD lief',
    'go',
    'ロンドン の朝',
  ];
  const cases: [string, string[]][] = [
    ['MOVED stop', [moved, london]],
    ['lon', [moved, london]],
    ['lon stop', []],
    ['stop lon', [moved, london]],
    ['"moved the stop"', [moved]],
    ['„moved the st', [moved]],
    ['"the stop moved"', []],
    ['ölp', [german]],
    ['Über 80.5', [german]],
    ['eur/usd', [german]],
    ['eur', [german]],
    ['go', [go]],
    ['g', [go]],
    ['ロン', [japanese]],
    ['nothing', []],
    ['...', []],
    ["it's & (a | b) :* \\ '", []],
  ];
  for (const [q, wanted] of cases) t.same((await found(anna, q)).sort(), [...wanted].sort(), q);
});

void t.test(
  'who says it more often comes first, in fewer words before in many; of equals the latest',
  async (t) => {
    const often = 'revenge and more revenge';
    const long = `${'a long day with many other thoughts '.repeat(8)}and revenge`;
    const { anna } = await desk(t, ['revenge once in April', long, often, 'revenge late in May']);
    const order = await found(anna, 'revenge');
    t.same(order.slice(0, 3), [often, 'revenge once in April', 'revenge late in May']);
    t.match(order[3], /^a long day|^…/);
    t.equal(order.length, 4);
    const { body } = await anna.browser.get('/journal?q=revenge');
    t.match(body, '4 entries found');
    t.same((await found(anna, 'revenge', '&order=newest'))[0], 'revenge once in April');
  },
);

void t.test('what was searched for is marked, far into a long text', async (t) => {
  const { anna } = await desk(t, [`${'before '.repeat(200)}the needle, here ${'after '.repeat(200)}`]);
  const { body } = await anna.browser.get('/journal?q=NEEDLE+her');
  t.match(body, '<mark>needle</mark>, <mark>here</mark>');
  t.match(body, '>… ');
});

void t.test('a search follows what is written, changed, emptied and taken away', async (t) => {
  const { world, anna, ids } = await desk(t, ['alpha beta', 'alpha gamma']);
  const [one = '', two = ''] = ids;
  await writeOf(world, anna.userId, one, { notes: 'beta delta', seen: 1 });
  t.same(await found(anna, 'alpha'), ['alpha gamma']);
  t.same(await found(anna, 'delta'), ['beta delta']);
  t.same(await found(anna, 'beta'), ['beta delta']);
  t.notOk(await writeOf(world, anna.userId, one, { notes: 'omega', seen: 1 }), 'an old version');
  t.same(await found(anna, 'omega'), []);
  await writeOf(world, anna.userId, one, { notes: ' \n', seen: 2 });
  t.same(await found(anna, 'delta'), []);
  await writeOf(world, anna.userId, one, { notes: 'delta again', seen: 3 });
  t.same(await found(anna, 'delta'), ['delta again']);
  await world.db.withTenant('app', anna.userId, (tx) => removeEntry(tx, anna.userId, two));
  t.same(await found(anna, 'gamma'), []);
  const rest = await asAdministrator(world.login, async (client) => {
    const { rows } = await client.query<{ word: string }>('select word from journal_words order by word');
    return rows.map(({ word }) => word);
  });
  t.same(rest, ['again', 'delta'], 'nothing is kept of what is gone');
});

void t.test(
  'a rare word leads to its texts by an index, though row level security hides the others',
  async (t) => {
    const { world, anna } = await desk(t, ['alpha beta', 'alpha gamma']);
    const plan = await world.db.withTenant('app', anna.userId, async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const search = await readSearch(tx, anna.userId, 'alpha gam');
      t.same(search?.lead, { word: 'gam', isPrefix: true }, 'the rarest leads');
      if (search === null) throw new Error('There is a word in it.');
      const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select e.id from journal_entries e
      where e.user_id = ${anna.userId}
        and ${foundCondition(anna.userId, search, { kind: 'entry', id: sql.ref('e.id') })}`.execute(tx);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    t.match(plan, /Index (Only )?Scan[^\n]*journal_words|Bitmap Index Scan on journal_words_pkey/);
    t.match(plan, /word >= 'gam'/);
    t.notMatch(plan, 'Seq Scan');
  },
);
