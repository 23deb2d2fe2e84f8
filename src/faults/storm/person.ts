import { setTimeout as sleep } from 'node:timers/promises';
import { formIdOf } from '../../testing/manual-desk.js';
import type { Book } from './book.js';
import type { Answered, Surfer } from './surfer.js';

export interface PersonParts {
  /** no other person has it */
  name: string;
  surfer: Surfer;
  book: Book;
  random: () => number;
  manualAccountId: string;
  /** trades that nobody else writes of */
  tradeIds: readonly string[];
}

/** How long somebody thinks between two things, and before trying again, in ms. */
const thinkMs = { least: 700, most: 3_000, again: 800 };
/** When all is over, what is under way is still tried for so long. */
const lastMs = 60_000;

const tagNames = ['late', 'news', 'plan', 'revenge', 'size', 'trend'];
const saved = /^\/trades\/[\da-f-]{36}$/;

/** What a database that is away, a limit, or a change of the same tags at the same time explains: later it is well. */
const isPassing = (answer: NonNullable<Answered>): boolean =>
  answer.status >= 500 || answer.status === 429 || /are being tagged already/.test(answer.body);

/** Somebody who writes as fast as a busy person would, and sends again what was not answered. */
export class Person {
  private count = 0;
  private overMs = Infinity;

  constructor(private readonly parts: PersonParts) {}

  /** Until `finish`; resolves when the last thing is answered or given up. */
  async work(): Promise<void> {
    const { random, surfer } = this.parts;
    // The token of the first page is good for all forms.
    await this.insist(
      'the first page',
      () => surfer.get('/trades/new'),
      ({ status }) => status === 200,
    );
    const ways = [
      () => this.tradeByForm(),
      () => this.tradeByApi(),
      () => this.noteByForm(),
      () => this.noteByApi(),
      () => this.tag(),
    ];
    while (this.overMs === Infinity) {
      await ways[Math.floor(random() * ways.length)]?.();
      await sleep(thinkMs.least + random() * (thinkMs.most - thinkMs.least));
    }
  }

  finish(): void {
    this.overMs = performance.now();
  }

  /** Sends it until it is answered well. null: it is not known whether it was done. */
  private async insist(
    what: string,
    send: () => Promise<Answered>,
    isWell: (answer: NonNullable<Answered>) => boolean,
  ): Promise<Answered> {
    const { book } = this.parts;
    for (let tries = 0; performance.now() < this.overMs + lastMs; tries += 1) {
      if (tries > 0) book.again += 1;
      const answer = await send();
      if (answer !== null && isWell(answer)) return answer;
      if (answer !== null && !isPassing(answer)) {
        book.odd.push(`${what}: ${answer.status} ${answer.location} ${answer.body.slice(0, 200)}`);
        return null;
      }
      await sleep(thinkMs.again);
    }
    return null;
  }

  private nextWords(): string {
    this.count += 1;
    return `storm ${this.parts.name} ${this.count}`;
  }

  private someTrade(share: readonly [from: number, to: number]): string | undefined {
    const { tradeIds, random } = this.parts;
    const [from, to] = share.map((part) => Math.floor(part * tradeIds.length)) as [number, number];
    return tradeIds[from + Math.floor(random() * (to - from))];
  }

  private newTrade() {
    const { random, manualAccountId: account } = this.parts;
    const openedMs = Date.now() - Math.floor((1 + random() * 700) * 3_600_000);
    const [openedAt, closedAt] = [openedMs, openedMs + 600_000].map((ms) =>
      new Date(ms).toISOString().replace(/\.\d+Z$/, ''),
    ) as [string, string];
    const prices = { openPrice: '1.08000', closePrice: '1.08100', net: (random() * 100 - 50).toFixed(2) };
    return {
      account,
      symbol: 'EURUSD',
      side: 'buy',
      openedAt,
      closedAt,
      ...prices,
      comment: this.nextWords(),
    };
  }

  /** The form's own number makes one trade of any number of sendings; sometimes it is clicked twice. */
  private async tradeByForm(): Promise<void> {
    const { surfer, book, random } = this.parts;
    const page = await this.insist(
      'the form of a trade',
      () => surfer.get('/trades/new'),
      ({ status, body }) => status === 200 && formIdOf(body) !== '',
    );
    if (page === null) return;
    const fields = { formId: formIdOf(page.body), lots: '0.1', ...this.newTrade() };
    book.trades.set(fields.comment, 'perhaps');
    const send = (): Promise<Answered> => surfer.post('/trades', fields);
    const isWell = ({ status, location }: NonNullable<Answered>): boolean =>
      status === 303 && saved.test(location);
    const answer = await this.insist('trade by form', send, isWell);
    if (answer === null) return;
    book.trades.set(fields.comment, 'kept');
    book.acknowledge('trade by form');
    if (random() < 0.1) await send();
  }

  /** A program's call has no number, so it is not sent again. */
  private async tradeByApi(): Promise<void> {
    const { surfer, book } = this.parts;
    const { openedAt, closedAt, ...trade } = this.newTrade();
    book.trades.set(trade.comment, 'perhaps');
    const times = { openedAt: `${openedAt}Z`, closedAt: `${closedAt}Z` };
    const answer = await surfer.api('POST', '/trades', { volume: '0.1', ...times, ...trade });
    if (answer === null) return;
    if (answer.status === 201) {
      book.trades.set(trade.comment, 'kept');
      book.acknowledge('trade by API');
    } else if (!isPassing(answer))
      book.odd.push(`trade by API: ${answer.status} ${answer.body.slice(0, 200)}`);
  }

  /** The version that was read makes one change of any number of sendings. */
  private async note(
    deed: 'note by form' | 'note by API',
    send: (tradeId: string, words: string, version: number) => Promise<Answered>,
  ): Promise<void> {
    const { book, surfer } = this.parts;
    const tradeId = this.someTrade([0, 0.5]);
    if (tradeId === undefined) return;
    const note = book.noteOf(tradeId);
    // What is not known of the last one must be known before.
    if (note.perhaps !== null) return;
    note.perhaps = this.nextWords();
    const words = note.perhaps;
    const seen = note.version;
    const isTold = ({ status, body }: NonNullable<Answered>): boolean =>
      status === 200 && (JSON.parse(body) as { version: number }).version === seen + 1;
    // One that was given up may have been under way still when it was sent again.
    const look = async (answer: Answered): Promise<Answered> =>
      answer?.status === 409 ? surfer.api('GET', `/trades/${tradeId}/journal`) : answer;
    const isMine = (answer: NonNullable<Answered>): boolean =>
      isTold(answer) && (!answer.body.includes('"notes"') || answer.body.includes(`"${words}"`));
    const answer = await this.insist(deed, async () => look(await send(tradeId, words, seen)), isMine);
    if (answer === null) return;
    Object.assign(note, { said: words, version: seen + 1, perhaps: null });
    book.acknowledge(deed);
  }

  private noteByForm(): Promise<void> {
    const { surfer } = this.parts;
    return this.note('note by form', (tradeId, notes, version) =>
      surfer.post(`/trades/${tradeId}/journal`, { notes, version: String(version) }, asScript),
    );
  }

  private noteByApi(): Promise<void> {
    const { surfer } = this.parts;
    return this.note('note by API', (tradeId, notes, version) =>
      surfer.api('PUT', `/trades/${tradeId}/journal`, { notes, tags: [], setup: null, version }),
    );
  }

  private async tag(): Promise<void> {
    const { surfer, book, random } = this.parts;
    const ids = this.someTrade([0.5, 1]);
    const name = tagNames[Math.floor(random() * tagNames.length)];
    if (ids === undefined || name === undefined) return;
    const fields = { ids, name, scope: 'selected', action: 'add', query: '' };
    const isWell = ({ status, location }: NonNullable<Answered>): boolean =>
      status === 303 && /^\/trades(\?|$)/.test(location);
    const answer = await this.insist('tag', () => surfer.post('/trades/tags', fields), isWell);
    if (answer === null) return;
    book.tagged(ids, name);
    book.acknowledge('tag');
  }
}

const asScript = { accept: 'application/json' };
