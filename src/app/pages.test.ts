import { join } from 'node:path';
import sharp from 'sharp';
import t, { type Test } from 'tap';
import { pictureFiles } from '../data/picture-files.js';
import { setState } from '../data/accounts.js';
import { writePage } from '../data/journal-pages.js';
import { openSession } from '../data/sessions.js';
import { pageOfDay } from '../domain/journal-page.js';
import { dayOf } from '../lib/day.js';
import { pngOf } from '../testing/pictures.js';
import { testApp, type TestApp } from '../testing/app.js';
import { person, type Person } from '../testing/cast.js';
import { launchChromium } from '../testing/chromium.js';
import { inspectAll } from '../testing/inspected.js';
import { freePort } from '../testing/free-port.js';
import { needs } from '../testing/needs.js';
import { scriptedTerminals } from '../testing/scripted-terminals.js';
import type { Terminals } from '../terminals/supervisor.js';
import { seedBacktest } from '../testing/backtests.js';
import { readyImport } from '../testing/imported.js';
import { writeJournal } from '../testing/journal.js';
import { seedTrades } from '../testing/trades.js';
import { seedAccount } from '../testing/trading.js';

/** Page → the status it answers with. */
const strangersPages = {
  '/': 200,
  '/login': 200,
  '/terms': 200,
  '/privacy': 200,
  '/signup': 200,
  '/signup/sent': 200,
  '/reset': 200,
  '/reset/sent': 200,
  '/verify/not-a-link': 404,
  '/reset/not-a-link': 404,
  '/nowhere': 404,
};
const adminsPages = {
  '/dashboard': 200,
  '/welcome': 200,
  '/welcome?step=2': 200,
  '/welcome?step=3': 200,
  '/help/figures': 200,
  '/help/figures?q=drawdown': 200,
  '/help/figures?q=nothing-of-the-kind': 200,
  '/accounts': 200,
  '/accounts/new': 200,
  '/accounts/new?type=manual': 200,
  '/analytics': 200,
  '/analytics/figures': 200,
  '/calendar': 200,
  '/analytics/months': 200,
  '/journal/days': 200,
  '/journal/days/2099-12-31': 200,
  '/journal/weeks': 200,
  '/journal/months': 200,
  '/analytics/compare': 200,
  '/analytics/report': 200,
  '/charts': 200,
  '/trades': 200,
  '/trades/new': 200,
  '/journal': 200,
  '/journal/missed/new': 200,
  '/trades/import': 200,
  '/backtests': 200,
  '/eas': 200,
  '/eas/new': 200,
  '/settings/profile': 200,
  '/settings/security': 200,
  '/settings/instruments': 200,
  '/settings/sessions': 200,
  '/settings/tags': 200,
  '/settings/tokens': 200,
  '/settings/activity': 200,
  '/settings/data': 200,
  '/admin/state': 200,
  '/admin/alarms': 200,
  '/admin/alarms/guide': 200,
  '/admin/users': 200,
  '/admin/terminals': 200,
  '/admin/backups': 200,
  '/admin/mail': 200,
  '/admin/pages': 200,
  '/admin/styleguide': 200,
  '/nowhere-signed-in': 404,
};

/** Terminals that have something to tell, long and short. */
const troubled = scriptedTerminals(
  { account: { server: 'A-Rather-Long-Name-Of-A-Server', login: '1234567' }, rssBytes: 72e6 },
  {
    state: 'quarantined',
    lastExit: {
      at: new Date('2026-03-02T08:50:00Z'),
      why: 'it took too much memory',
      code: null,
      signal: 'SIGKILL',
    },
  },
  { state: 'offline' },
  { role: 'market' },
);

async function listening(
  t: Test,
  options: { isEmpty?: boolean; needsMarket?: boolean; terminals?: Terminals } = {},
): Promise<{ world: TestApp; url: string }> {
  const port = await freePort();
  const world = await testApp(t, { env: { PORT: String(port) }, ...options });
  await world.app.listen({ host: '127.0.0.1', port });
  return { world, url: `http://127.0.0.1:${port}` };
}

const cookieOf = (world: TestApp, { browser }: Person): { name: string; value: string } => {
  const name = world.kit.cookies.session;
  return { name, value: browser.cookie(name) ?? '' };
};

/** A run with more trades than a page holds, and an optimisation. */
async function backtestPages(world: TestApp, userId: string): Promise<Record<string, number>> {
  const run = `/backtests/${await seedBacktest(world, userId)}`;
  const passes = await seedBacktest(world, userId, { name: 'A rather long name of a test', passes: 60 });
  return {
    [run]: 200,
    [`${run}/removal`]: 200,
    [`${run}?page=3`]: 200,
    [`/backtests/${passes}?sort=-1`]: 200,
    '/backtests?page=1': 200,
    [`/trades/import/${passes}`]: 200,
  };
}

/** Pages of the journal of a day with trades, written on and marked in the calendar. */
async function writtenPages(world: TestApp, userId: string): Promise<Record<string, number>> {
  const at = world.clock.now();
  const day = dayOf(at, 'UTC');
  const week = pageOfDay('week', day);
  const page = { plan: '- one\n- two', review: 'A long-drawn review. '.repeat(30), lessons: 'Wait.' };
  await world.db.withTenant('app', userId, async (tx) => {
    for (const key of [pageOfDay('day', day), week])
      await writePage(tx, userId, { key, page: { ...page, mood: 'greedy' }, seen: 0, at });
  });
  const month = day.slice(0, 7);
  return {
    [`/journal/days/${day}`]: 200,
    [`/journal/weeks/${week.startsOn}`]: 200,
    [`/journal/months/${month}`]: 200,
    [`/calendar?month=${month}`]: 200,
  };
}

/** Entries of trades that are here and gone, a missed one, and what is searched for. */
async function journalPages(
  world: TestApp,
  userId: string,
  tradeId: string,
): Promise<Record<string, number>> {
  const importId = await readyImport(world, userId);
  const { missedId, goneEntryId, screenshotId } = await writeJournal(world, { userId, importId, tradeId });
  const picture = await sharp(pngOf(640, 360)).webp().toBuffer();
  await pictureFiles(join(world.stateDir, 'screenshots')).keep(screenshotId, {
    full: picture,
    thumbnail: picture,
  });
  return {
    '/journal?kind=trades': 200,
    '/journal?q=kept': 200,
    '/journal?q=nothing-of-the-kind&mood=greedy': 200,
    '/journal?kind=gone&mood=happy': 200,
    [`/journal/missed/${missedId}`]: 200,
    [`/journal/missed/${missedId}/removal`]: 200,
    [`/journal/entries/${goneEntryId}/removal`]: 200,
  };
}

/** An account as it is most of the time, and one whose owner has to act. */
async function accountPages(world: TestApp, { userId }: Person): Promise<Record<string, number>> {
  const live = await seedAccount(world, userId, { isExposed: true });
  const refused = await seedAccount(world, userId, { label: 'A rather long label that has to fit a phone' });
  const state = { state: 'refused-master', reason: '' } as const;
  await world.db.withTenant('app', userId, (tx) => setState(tx, userId, refused.accountId, state));
  const path = `/accounts/${live.accountId}`;
  const held = { positionId: '990001', symbol: 'GBPUSD', name: 'GBPUSD', closedAt: null };
  const [open = ''] = await seedTrades(world, { userId, accountId: live.accountId }, [held]);
  const trades = {
    '/analytics?by=session': 200,
    '/calendar?year=2026': 200,
    '/analytics/months?in=twr': 200,
    '/analytics/report?period=year': 200,
    '/analytics/compare?a.side=buy&b.side=sell': 200,
    '/analytics?symbol=NOTHING': 200,
    '/eas/Magic%2077': 200,
    '/trades?side=buy': 200,
    '/trades?side=sell': 200,
    [`/trades/${live.tradeIds[0] ?? ''}`]: 200,
    [`/trades/${open}`]: 200,
    ...(await writtenPages(world, userId)),
  };
  const imported = await readyImport(world, userId);
  const others = {
    '/accounts': 200,
    [`/trades/import/${imported}`]: 200,
    [`${path}/removal`]: 200,
    [`/accounts/${refused.accountId}`]: 200,
  };
  const written = await journalPages(world, userId, live.tradeIds[0] ?? '');
  return { ...trades, ...others, ...written, ...(await backtestPages(world, userId)), [path]: 200 };
}

void t.test('pages in a real browser', needs('chromium'), async (t) => {
  const browser = await launchChromium();
  t.teardown(() => browser.close());

  await t.test('an empty installation offers itself without a fault', async (t) => {
    const { url } = await listening(t, { isEmpty: true });
    await inspectAll(t, browser, { url, pages: { '/setup': 200 } });
  });

  await t.test('strangers find every page in order', async (t) => {
    const { url } = await listening(t);
    await inspectAll(t, browser, { url, pages: strangersPages });
  });

  await t.test('the second step of signing in, and the way back from leaving, are in order', async (t) => {
    const { world, url } = await listening(t);
    const { userId } = await person(world, 'owner');
    const at = new Date();
    world.clock.advance(at.getTime() - world.clock.now().getTime());
    const origin = { address: '', agent: '', replaces: null };
    for (const [stage, page] of [
      ['code', '/login/code'],
      ['leaving', '/leaving'],
    ] as const) {
      const { secret } = await world.db.withTenant('app', userId, (tx) =>
        openSession(tx, { userId, stage, origin, at }),
      );
      const cookie = { name: world.kit.cookies.session, value: secret };
      await inspectAll(t, browser, { url, cookie, pages: { [page]: 200 } });
    }
  });

  await t.test('signed-in people and administrators find every page in order', async (t) => {
    const { world, url } = await listening(t, { terminals: troubled, needsMarket: true });
    const admin = await person(world, 'admin', 'admin');
    for (const name of ['anna', 'bert', 'a-rather-long-name-that-has-to-fit']) await person(world, name);
    const cookie = cookieOf(world, admin);
    await inspectAll(t, browser, { url, cookie, pages: adminsPages });
    await inspectAll(t, browser, { url, cookie, pages: await accountPages(world, admin) });
    await world.market?.set({ server: 'A-Rather-Long-Name-Of-A-Server', login: '1234567', password: 'x' });
    await inspectAll(t, browser, { url, cookie, pages: { '/admin/terminals?prices=set': 200 } });
  });
});
