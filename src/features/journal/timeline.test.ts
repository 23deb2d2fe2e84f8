import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { setProfile } from '../../data/users.js';
import { testApp } from '../../testing/app.js';
import { callerWith } from '../../testing/caller.js';
import { person, tokenOf, type Person } from '../../testing/cast.js';
import { rowsOf } from '../../testing/rows.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { writeOf, type Wish } from '../../testing/written.js';

t.setTimeout(600_000);

async function desk(t: Test, wishes: readonly WishedTrade[]) {
  const world = await testApp(t);
  const anna = await person(world, 'anna');
  const { accountId } = await seedAccount(world, anna.userId, { label: 'Swing', trades: 0 });
  const ids = await seedTrades(world, { userId: anna.userId, accountId }, wishes);
  const write = (at: number, wish: Wish) => writeOf(world, anna.userId, ids[at] ?? '', wish);
  return { world, anna, accountId, ids, write };
}

const opened = (text: string): WishedTrade => ({ openedAt: new Date(text) });
const listOf = async ({ browser }: Person, query = ''): Promise<string> =>
  (await browser.get(`/journal${query}`)).body;
/** The texts of the rows, in their order. */
const textsOf = (html: string): string[] =>
  [...html.matchAll(/class="entry-text" dir="auto">([^]*?)<\/p>/g)].map(([, text]) =>
    (text ?? '').replaceAll(/<\/?mark>/g, '').trim(),
  );
const shown = async (who: Person, query: string): Promise<string[]> => textsOf(await listOf(who, query));

void t.test('nothing written yet says what to do', async (t) => {
  const { anna } = await desk(t, []);
  t.match(await listOf(anna), 'Nothing written yet');
  t.match(await listOf(anna, '?q=x'), 'Nothing written yet');
});

void t.test('entries stand under the days of one’s own zone, the latest first', async (t) => {
  const { world, anna, ids, write } = await desk(t, [
    opened('2026-01-05T22:30:00Z'),
    opened('2026-01-05T23:30:00Z'),
    opened('2026-01-07T10:00:00Z'),
  ]);
  await world.db.withTenant('app', anna.userId, (tx) =>
    setProfile(tx, anna.userId, { timeZone: 'Europe/Berlin' }),
  );
  for (const at of [0, 1, 2])
    await write(at, {
      notes: `number ${at}`,
      mood: 'greedy',
      quality: 4,
      followedPlan: false,
      tags: ['News'],
    });
  const html = await listOf(anna);
  t.same(textsOf(html), ['number 2', 'number 1', 'number 0']);
  const heads = [...html.matchAll(/class="entry-day">([^<]+)</g)].map(([, day]) => day);
  t.same(heads, ['Wednesday, 7 Jan 2026', 'Tuesday, 6 Jan 2026', 'Monday, 5 Jan 2026']);
  for (const text of [
    '00:30',
    'EURUSD',
    '0.10 lots',
    '+9.65',
    'Greedy',
    'Setup 4 of 5',
    'Plan not kept',
    'News',
  ])
    t.match(html, text);
  t.match(html, `/trades/${ids[2] ?? ''}`);
});

void t.test('every filter leaves what it says', async (t) => {
  const { anna, write } = await desk(t, [
    { ...opened('2026-01-05T10:00:00Z'), symbol: 'XAUUSD.r', name: 'XAUUSD' },
    opened('2026-01-06T10:00:00Z'),
    opened('2026-01-07T10:00:00Z'),
  ]);
  await write(0, { notes: 'one', tags: ['News'], setup: 'Gap', mood: 'fearful', followedPlan: true });
  await write(1, { notes: 'two', tags: ['Scalp'], mistakes: ['No plan'], followedPlan: false });
  await write(2, { notes: 'three', setup: 'Fade' });
  const fields = { symbol: 'GBPUSD', side: 'sell', seenAt: '2026-01-08T10:00', notes: 'four', setup: 'Gap' };
  await anna.browser.fill('/journal/missed/new', '/journal/missed', { ...fields, formId: randomUUID() });
  const cases: [string, string[]][] = [
    ['', ['four', 'three', 'two', 'one']],
    ['?kind=trades', ['three', 'two', 'one']],
    ['?kind=missed', ['four']],
    ['?kind=gone', []],
    ['?tag=news', ['one']],
    ['?tag=News,Scalp', ['two', 'one']],
    ['?tag=none', ['four', 'three']],
    ['?tag=none&tag=News', ['four', 'three', 'one']],
    ['?setup=gap', ['four', 'one']],
    ['?setup=none', ['two']],
    ['?setup=none,Fade', ['three', 'two']],
    ['?mistake=No+plan', ['two']],
    ['?mistake=none&kind=trades', ['three', 'one']],
    ['?mood=fearful', ['one']],
    ['?plan=yes', ['one']],
    ['?plan=no', ['two']],
    ['?symbol=xauusd', ['one']],
    ['?symbol=XAUUSD.r', ['one']],
    ['?symbol=GBPUSD', ['four']],
    ['?from=2026-01-06&to=2026-01-07', ['three', 'two']],
    ['?setup=Gap&mood=fearful&tag=News&plan=yes&q=one', ['one']],
    [`?tag=${randomUUID()}`, []],
  ];
  for (const [query, wanted] of cases) t.same(await shown(anna, query), wanted, query);
  const html = await listOf(anna, '?tag=News,none&mood=fearful');
  for (const chip of ['News', 'Untagged', 'Fearful']) t.match(html, `Remove the filter ${chip}`);
  t.match(await listOf(anna, '?mood=fearful&kind=missed'), 'No entry is all of this at once');
});

void t.test('a filter that cannot be used says so and keeps what was typed', async (t) => {
  const { anna, write } = await desk(t, [{}]);
  await write(0, { notes: 'one' });
  const cases: [string, string][] = [
    ['?mood=happy', 'Mood “happy” was left out. A mood is confident'],
    ['?kind=all', 'Entries “all” was left out.'],
    ['?plan=perhaps', 'A plan was kept, yes or no.'],
    ['?from=2026-02-30', 'This is not a date'],
    ['?from=2026-02-03&to=2026-02-01', 'before the first one'],
    [`?q=${'x'.repeat(201)}`, 'Nothing here is longer than 200 characters.'],
  ];
  for (const [query, sentence] of cases) {
    const html = await listOf(anna, query);
    t.match(html, sentence, query);
  }
  const html = await listOf(anna, `?q=${'x'.repeat(201)}&symbol=EURUSD`);
  t.match(html, `value="${'x'.repeat(201)}"`);
  t.same(textsOf(html), ['one'], 'the others count');
  t.equal((await anna.browser.get('/journal/export?mood=happy')).statusCode, 400);
});

void t.test('thirty at a time, and every one once, by pages, by scrolling and by programs', async (t) => {
  const { world, anna, ids, write } = await desk(
    t,
    Array.from({ length: 65 }, (_, n) =>
      opened(new Date(Date.UTC(2026, 0, 5, Math.floor(n / 2))).toISOString()),
    ),
  );
  for (const at of ids.keys()) await write(at, { notes: `all number${at}` });
  for (const query of ['', '?q=all', '?q=all&order=newest']) {
    const seen: string[] = [];
    let next: string | undefined = `/journal${query}`;
    while (next !== undefined) {
      const html: string = (await anna.browser.get(next)).body;
      seen.push(...textsOf(html));
      next = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    t.equal(seen.length, 65, query);
    t.equal(new Set(seen).size, 65);
    let more = /hx-get="(\/journal\/rows[^"]+)"/
      .exec(await listOf(anna, query))?.[1]
      ?.replaceAll('&amp;', '&');
    const scrolled = await shown(anna, query);
    while (more !== undefined) {
      const html: string = (await anna.browser.get(more)).body;
      scrolled.push(...textsOf(html));
      more = /hx-get="(\/journal\/rows[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    t.same(scrolled, seen, 'rows that follow are those of the pages');
  }
  const { pages } = callerWith(world, await tokenOf(world, anna));
  const read = await pages('/journal', 30);
  t.same(
    read.map((page) => page.length),
    [30, 30, 5],
  );
  t.equal(new Set(read.flat().map(({ id }) => id)).size, 65);
  for (const after of ['x', Buffer.from('["newest",null,"x","y"]').toString('base64url')])
    t.equal((await anna.browser.get(`/journal?after=${after}`)).statusCode, 400, after);
});

const hostile =
  '<script>alert(1)</script><img src=x onerror=alert(1)> <b hx-get="/logout" x-init="a()">bold</b>';

void t.test('hostile notes are text, found or not', async (t) => {
  const { anna, write } = await desk(t, [{}]);
  await write(0, { notes: `needle ${hostile}`, setup: '"><script>', tags: ['<i x-data>'] });
  for (const query of [
    '',
    '?q=needle',
    '?q=script+bold',
    `?q=${encodeURIComponent(hostile)}`,
    `?symbol=${encodeURIComponent('"><script>')}`,
  ]) {
    const html = await listOf(anna, query);
    t.notMatch(html, /<script>alert|<img src=x|<b hx-get|<i x-data|"><script>/, query);
  }
  t.match(await listOf(anna, '?q=alert'), '&lt;script&gt;<mark>alert</mark>(1)');
});

void t.test('nobody sees what another has written, whatever is asked for', async (t) => {
  const { world, anna, ids, write } = await desk(t, [{}]);
  await write(0, { notes: 'secret plan', tags: ['Secret tag'], setup: 'Secret setup' });
  const bert = await person(world, 'bert');
  const { tradeIds } = await seedAccount(world, bert.userId, { trades: 1 });
  await writeOf(world, bert.userId, tradeIds[0] ?? '', { notes: 'open plan' });
  const before = await rowsOf(world.login, anna.userId);
  const token = await tokenOf(world, bert);
  const { call } = callerWith(world, token);
  for (const query of [
    '',
    '?q=secret',
    '?q=plan',
    '?q=s',
    '?tag=Secret+tag',
    '?setup=Secret+setup',
    `?symbol=${ids[0] ?? ''}`,
  ]) {
    const html = await listOf(bert, query);
    t.notMatch(html, /secret plan|>Secret/, query);
    t.notMatch((await call('GET', `/journal${query}`)).body, 'secret plan', query);
  }
  t.same(await shown(bert, '?q=plan'), ['open plan']);
  t.same(await rowsOf(world.login, anna.userId), before);
});

void t.test('programs are told of trade, words and judgement', async (t) => {
  const { world, anna, ids, write } = await desk(t, [opened('2026-01-05T10:00:00Z')]);
  const checks = { asked: ['Trend', 'Stop'], kept: ['Stop'] };
  await write(0, {
    notes: 'a\nb',
    tags: ['News'],
    mistakes: ['No plan'],
    setup: 'Gap',
    mood: 'greedy',
    quality: 2,
    checks,
  });
  const { call } = callerWith(world, await tokenOf(world, anna));
  t.match((await call('GET', '/journal')).json(), {
    items: [
      {
        kind: 'trade',
        at: '2026-01-05T10:00:00.000Z',
        symbol: 'EURUSD',
        notes: 'a\nb',
        tags: ['News'],
        mistakes: ['No plan'],
        setup: 'Gap',
        mood: 'greedy',
        trade: { id: ids[0], isHere: true, account: 'Swing', net: '9.65', currency: 'USD' },
        judgement: {
          quality: 2,
          followedPlan: null,
          checklist: [
            { line: 'Trend', kept: false },
            { line: 'Stop', kept: true },
          ],
        },
      },
    ],
    nextCursor: null,
  });
  t.match((await call('GET', '/journal?mood=x&limit=5')).json(), {
    error: { fields: { mood: /A mood is/ } },
  });
  t.equal((await call('GET', '/journal?cursor=x')).statusCode, 400);
});
