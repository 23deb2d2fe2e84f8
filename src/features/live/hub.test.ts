import { setImmediate as soon } from 'node:timers/promises';
import t from 'tap';
import { createFeed, type FeedEvent } from '../../sync/feed.js';
import type { LiveRegions, LookAt } from '../../web/live.js';
import { createHub } from './hub.js';

const region = (id: string, text: string): string => `<section id="${id}">${text}</section>`;
const pushed = (id: string, text: string): string =>
  `<section hx-swap-oob="morph" id="${id}">${text}</section>`;
const balance: FeedEvent = { type: 'BALANCE_UPDATE', accountId: 'a' };

/** A board of two regions whose texts a test sets, and a shell with toasts. */
const setting = () => {
  const feed = createFeed();
  const texts = { accounts: '1', positions: '1' };
  const drawn: LookAt[] = [];
  const errors: unknown[] = [];
  const board: LiveRegions = {
    name: 'board',
    draw: async (look) => {
      drawn.push(look);
      if (texts.accounts === 'broken') throw new Error('no such column');
      const filter = look.query.get('account') ?? '';
      return [region('accounts', texts.accounts + filter), region('positions', texts.positions)];
    },
  };
  const shell: LiveRegions = {
    name: 'shell',
    draw: async () => [region('sync', 'Live')],
    toasts: async ({ events }) =>
      events.flatMap(({ tradeId }) => (tradeId === undefined ? [] : [`<p>${tradeId}</p>`])),
  };
  const hub = createHub(feed, [shell, board], (error) => errors.push(error));
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
  return { feed, texts, drawn, errors, open, tell };
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
  await tell([balance]);
  t.equal(got.length, 1, 'nothing has');
  texts.positions = '2';
  await tell([balance]);
  t.same(got.slice(1), [pushed('positions', '2')]);
});

void t.test('pages that look alike are drawn once, and events that come together too', async (t) => {
  const { open, tell, texts, drawn, feed } = setting();
  const pages = Array.from({ length: 20 }, () => open());
  await settled();
  const before = drawn.length;
  texts.accounts = '2';
  feed.publish('ada', [balance]);
  feed.publish('ada', [balance]);
  feed.publish('ada', [balance]);
  await tell([]);
  t.equal(drawn.length, before + 2, 'the first, and all that came meanwhile');
  for (const { got } of pages) t.same(got.slice(1), [pushed('accounts', '2')]);
});

void t.test('pages with other filters, and other people, get their own', async (t) => {
  const { open, tell, texts, drawn } = setting();
  const real = open('ada', { query: 'account=Real' });
  const plain = open();
  const bob = open('bob');
  await settled();
  t.match(real.got[0], '>1Real<');
  t.match(plain.got[0], '>1<');
  const before = drawn.length;
  texts.accounts = '2';
  await tell([balance]);
  t.same(real.got.slice(1), [pushed('accounts', '2Real')]);
  t.same(plain.got.slice(1), [pushed('accounts', '2')]);
  t.equal(bob.got.length, 1, 'the events of one never reach another');
  t.same(
    drawn.slice(before).map(({ visitor }) => visitor.userId),
    ['ada', 'ada'],
  );
});

void t.test('a drawing that fails leaves the other regions, and the next one right', async (t) => {
  const { open, tell, texts, errors } = setting();
  const { got } = open();
  await settled();
  texts.accounts = 'broken';
  await tell([balance]);
  t.equal(got.length, 1);
  t.match(errors, [{ message: 'no such column' }]);
  texts.accounts = '2';
  await tell([balance]);
  t.same(got.slice(1), [pushed('accounts', '2')]);
});

void t.test('a message comes once, to every page, also when a region failed', async (t) => {
  const { open, tell, texts } = setting();
  const pages = [open(), open('ada', { query: 'account=Real' })];
  await settled();
  texts.accounts = 'broken';
  await tell([{ type: 'NEW_TRADE', accountId: 'a', tradeId: 'seven' }]);
  await tell([balance]);
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
  await tell([balance]);
  slow.page.isFull = false;
  texts.accounts = '2';
  await tell([balance]);
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
  await tell([balance]);
  t.equal(drawn.length, before);
  const again = open();
  await settled();
  t.same(again.got, [all]);
});
