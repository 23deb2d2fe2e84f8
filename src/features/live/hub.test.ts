import { setImmediate as soon } from 'node:timers/promises';
import t from 'tap';
import { createFeed, type FeedEvent } from '../../sync/feed.js';
import { TestClock } from '../../testing/clock.js';
import { accountRow, readingOf } from '../../testing/picture.js';
import type { LiveRegions, Picture } from '../../web/live.js';
import { createHub } from './hub.js';

const region = (id: string, text: string): string => `<section id="${id}">${text}</section>`;
const pushed = (id: string, text: string): string =>
  `<section hx-swap-oob="morph" id="${id}">${text}</section>`;
const status: FeedEvent = { type: 'SYNC_STATUS', accountId: null };

/** A board of two regions whose texts a test sets, and a shell with toasts. */
const setting = () => {
  const feed = createFeed();
  const clock = new TestClock();
  const texts = { accounts: '1', positions: '1' };
  const now: { picture: Picture } = { picture: { accounts: [], positions: [] } };
  const asked: string[] = [];
  const drawn: string[] = [];
  const errors: unknown[] = [];
  const board: LiveRegions = {
    name: 'board',
    follow: ({ userId }) => ({
      draw: ({ query }) => {
        drawn.push(userId);
        if (texts.accounts === 'broken') throw new Error('no such column');
        const filter = query.get('account') ?? '';
        return [region('accounts', texts.accounts + filter), region('positions', texts.positions)];
      },
    }),
  };
  const shell: LiveRegions = {
    name: 'shell',
    follow: () => ({
      draw: () => [region('sync', 'Live')],
      toasts: async (events) =>
        events.flatMap(({ tradeId }) => (tradeId === undefined ? [] : [`<p>${tradeId}</p>`])),
    }),
  };
  const hub = createHub({
    ...{ feed, clock, views: [shell, board] },
    look: async (userId) => {
      asked.push(userId);
      if (texts.accounts === 'away') throw new Error('no database');
      return now.picture;
    },
    onError: (error) => errors.push(error),
  });
  const open = (userId = 'ada', { view = 'board', query = '' } = {}) => {
    const got: string[] = [];
    const page = { isFull: false };
    const visitor = { userId, doorId: 'd', email: '', name: '', role: 'user', timeZone: 'UTC' } as const;
    const send = (html: string): boolean => {
      if (!page.isFull) got.push(html);
      return !page.isFull;
    };
    const leave = hub.join({ visitor, view, query: new URLSearchParams(query), send });
    return { got, page, leave };
  };
  const tell = async (events: readonly FeedEvent[], userId = 'ada'): Promise<void> => {
    feed.publish(userId, events);
    await settled();
  };
  return { feed, clock, now, texts, asked, drawn, errors, open, tell };
};
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await soon();
};

const all = [pushed('sync', 'Live'), pushed('accounts', '1'), pushed('positions', '1')].join('\n');

void t.test('a page gets all its regions at once, and its neighbours nothing again', async (t) => {
  const { open } = setting();
  const first = open();
  await settled();
  t.same(first.got, [all]);
  const second = open();
  await settled();
  t.same(second.got, [all]);
  t.equal(first.got.length, 1);
});

void t.test('a page that shows no regions of its own gets those of every page', async (t) => {
  const { open } = setting();
  const pages = [open('ada', { view: 'shell' }), open('ada', { view: 'nowhere' })];
  await settled();
  for (const { got } of pages) t.same(got, [pushed('sync', 'Live')]);
});

void t.test('only what has changed is sent', async (t) => {
  const { open, tell, texts } = setting();
  const { got } = open();
  await tell([status]);
  t.equal(got.length, 1, 'nothing has');
  texts.positions = '2';
  await tell([status]);
  t.same(got.slice(1), [pushed('positions', '2')]);
});

void t.test('pages that look alike are drawn once, and events that come together too', async (t) => {
  const { open, tell, texts, asked, drawn, feed } = setting();
  const pages = Array.from({ length: 20 }, () => open());
  await settled();
  const before = drawn.length;
  asked.length = 0;
  texts.accounts = '2';
  feed.publish('ada', [status]);
  feed.publish('ada', [status]);
  await tell([status]);
  t.equal(drawn.length, before + 1);
  t.same(asked, ['ada'], 'and asked for once');
  for (const { got } of pages) t.same(got.slice(1), [pushed('accounts', '2')]);
});

void t.test('pages with other filters, and other people, get their own', async (t) => {
  const { open, tell, texts, asked, drawn } = setting();
  const real = open('ada', { query: 'account=Real' });
  const plain = open();
  const bob = open('bob');
  await settled();
  t.match(real.got[0], '>1Real<');
  t.match(plain.got[0], '>1<');
  for (const list of [asked, drawn]) list.length = 0;
  texts.accounts = '2';
  await tell([status]);
  t.same(real.got.slice(1), [pushed('accounts', '2Real')]);
  t.same(plain.got.slice(1), [pushed('accounts', '2')]);
  t.equal(bob.got.length, 1, 'the events of one never reach another');
  t.same(drawn, ['ada', 'ada'], 'each filter is drawn');
  t.same(asked, ['ada'], 'from what was asked once');
});

void t.test('a drawing that fails leaves the other regions, and the next one right', async (t) => {
  const { open, tell, texts, errors } = setting();
  const { got } = open();
  await settled();
  texts.accounts = 'broken';
  await tell([status]);
  t.equal(got.length, 1);
  t.match(errors, [{ message: 'no such column' }]);
  texts.accounts = '2';
  await tell([status]);
  t.same(got.slice(1), [pushed('accounts', '2')]);
});

void t.test('where the database is away nothing is sent, and what follows asks again', async (t) => {
  const { open, tell, texts, asked, errors } = setting();
  const { got } = open();
  await settled();
  texts.accounts = 'away';
  await tell([status]);
  t.equal(got.length, 1);
  t.match(errors, [{ message: 'no database' }]);
  texts.accounts = '2';
  await tell([readingOf('a', 1)]);
  t.same(got.slice(1), [pushed('accounts', '2')]);
  t.equal(asked.length, 3, 'a reading does not bring back what is missing');
});

void t.test('a message comes once, to every page, also when a region failed', async (t) => {
  const { open, tell, texts } = setting();
  const pages = [open(), open('ada', { query: 'account=Real' })];
  await settled();
  texts.accounts = 'broken';
  await tell([{ type: 'NEW_TRADE', accountId: 'a', tradeId: 'seven' }]);
  await tell([status]);
  open();
  await settled();
  for (const { got } of pages)
    t.same(got.slice(1), ['<div hx-swap-oob="beforeend:#toasts"><p>seven</p></div>']);
});

void t.test('a page that was too far behind gets everything once it is there again', async (t) => {
  const { open, tell, texts } = setting();
  const slow = open();
  const quick = open();
  await settled();
  slow.page.isFull = true;
  texts.positions = '2';
  await tell([status]);
  slow.page.isFull = false;
  texts.accounts = '2';
  await tell([status]);
  t.same(slow.got.slice(1), [
    [pushed('sync', 'Live'), pushed('accounts', '2'), pushed('positions', '2')].join('\n'),
  ]);
  t.same(quick.got.slice(1), [pushed('positions', '2'), pushed('accounts', '2')]);
});

void t.test('who has left is not drawn for', async (t) => {
  const { open, tell, drawn } = setting();
  const { leave } = open();
  await settled();
  const before = drawn.length;
  leave();
  leave();
  await tell([status]);
  t.equal(drawn.length, before);
  const again = open();
  await settled();
  t.same(again.got, [all]);
});

void t.test('a reading is drawn without a question, and after a minute with one', async (t) => {
  const { open, tell, clock, texts, asked, now } = setting();
  now.picture = { accounts: [accountRow('a')], positions: [] };
  const { got } = open();
  await settled();
  t.equal(asked.length, 1);
  texts.positions = '2';
  await tell([readingOf('a', 1)]);
  t.same(got.slice(1), [pushed('positions', '2')]);
  t.equal(asked.length, 1);
  await tell([readingOf('b', 1)]);
  t.equal(asked.length, 2, 'of an account that is not known');
  await tell([readingOf('a', 2), status]);
  t.equal(asked.length, 3, 'with something else that has happened');
  clock.advance(60_000);
  await tell([readingOf('a', 3)]);
  t.equal(asked.length, 4, 'so long after the last question');
});
