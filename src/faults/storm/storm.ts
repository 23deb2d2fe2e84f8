import { setTimeout as sleep } from 'node:timers/promises';
import type { Unit } from '../../testing/unit.js';
import { until } from '../rig.js';
import { Book, type Deed } from './book.js';
import { OpenPage } from './open-page.js';
import { Person } from './person.js';
import { dealsOf, reckoned, type Reckoning } from './reckoning.js';
import { onStage, type Actor, type Stage, type StageOrder } from './stage.js';
import { strikes, type StormOrder, type Strike } from './strikes.js';

/** What one storm came to. */
export interface Storm {
  strikes: Strike[];
  acknowledged: Partial<Record<Deed, number>>;
  /** sendings of what had been sent before */
  again: number;
  /** what nobody knows of whether it was done */
  unanswered: number;
  reckoning: Reckoning;
  users: number;
  /** of the accounts, that came while it stormed */
  newDeals: number;
  /** ends of a program that nobody had killed */
  falls: string[];
  /** starts that came to nothing */
  refusals: string[];
  /** answers that no outage explains */
  odd: string[];
  /** errors in the program's log: while the database was away, and others */
  errors: { outage: number; others: string[] };
  minutes: number;
}

/** Trades that somebody's broker has told of, closed long ago. */
async function tradesOf({ surfer, owner }: Actor): Promise<string[]> {
  const answer = await surfer.api('GET', '/trades?limit=200');
  if (answer?.status !== 200) throw new Error(`No trades: ${answer?.body ?? 'no answer'}`);
  const { items } = JSON.parse(answer.body) as {
    items: { id: string; accountId: string; closedAt: string | null }[];
  };
  return items
    .filter(({ accountId, closedAt }) => accountId === owner.accountId && closedAt !== null)
    .map(({ id }) => id);
}

async function allRead(stage: Stage): Promise<void> {
  const isRead = async (actor: Actor): Promise<boolean> =>
    (await stage.booksOf(actor).account(actor.owner)).full_synced_at !== null;
  for (const actor of stage.actors)
    await until(`the account ${actor.owner.login}`, () => isRead(actor), 300_000 * stage.patience);
}

const wordsOf = ({ units }: Stage, of: (unit: Unit) => readonly string[]): string[] =>
  Object.entries(units).flatMap(([kind, unit]) => of(unit).map((words) => `${kind}: ${words}`));

const errorsIn = (lines: readonly string[]): Storm['errors'] => {
  const others = lines.filter((line) => !line.includes('The database is not answering'));
  return { outage: lines.length - others.length, others: others.slice(0, 50) };
};

const unansweredIn = (book: Book): number =>
  [...book.trades.values()].filter((state) => state === 'perhaps').length +
  [...book.notes.values()].filter(({ perhaps }) => perhaps !== null).length;

/** People work, a storm comes over them, and they finish what they are about. */
async function weathered(stage: Stage, book: Book, order: StormOrder): Promise<void> {
  const people = await Promise.all(
    stage.actors.map(async (actor, at) => {
      const { surfer, manualAccountId } = actor;
      const tradeIds = await tradesOf(actor);
      const name = String(at + 1);
      return new Person({ name, surfer, book, random: order.random, manualAccountId, tradeIds });
    }),
  );
  const works = people.map((person) => person.work());
  try {
    await sleep(2_000);
    await strikes(stage, order);
    await sleep(2_000);
  } finally {
    for (const person of people) person.finish();
    await Promise.all(works);
  }
}

async function stormOn(stage: Stage, order: StormOrder): Promise<Storm> {
  const [book, startMs, seen]: [Book, number, Strike[]] = [new Book(), performance.now(), []];
  const pages = stage.actors.map(
    ({ surfer }) =>
      new OpenPage(
        { url: `${stage.url}/live?view=board`, origin: stage.url, cookie: surfer.cookie },
        order.random,
      ),
  );
  const held = pages.map((page) => page.hold());
  try {
    await allRead(stage);
    const before = await dealsOf(stage);
    const onStrike = (strike: Strike): void => {
      seen.push(strike);
      order.onStrike(strike);
    };
    await weathered(stage, book, { ...order, onStrike });
    const reckoning = await reckoned(stage, book);
    return {
      ...{ strikes: seen, acknowledged: Object.fromEntries(book.acknowledged), again: book.again, reckoning },
      ...{ unanswered: unansweredIn(book), users: stage.actors.length, newDeals: reckoning.deals - before },
      falls: wordsOf(stage, ({ falls }) => falls),
      refusals: wordsOf(stage, ({ refusals }) => refusals),
      ...{ odd: book.odd, errors: errorsIn(stage.errors) },
      minutes: (performance.now() - startMs) / 60_000,
    };
  } finally {
    for (const page of pages) page.close();
    await Promise.all(held);
  }
}

/** A new installation, its users, so many kills, and what was left of what had been acknowledged. */
export const storm = (stage: StageOrder, order: StormOrder): Promise<Storm> =>
  onStage(stage, (there) => stormOn(there, order));
