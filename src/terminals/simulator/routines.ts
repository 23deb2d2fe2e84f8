import { dealReason, dealType } from '../../domain/deal.js';
import { dayMs, hourMs, minuteMs, secondMs } from '../../lib/clock.js';
import { recordCash, type Book } from './book.js';
import { listingOf, type Listing } from './brokers.js';
import { depositOf, ideasOf, sideOf, typicalMove, volumeFor } from './ideas.js';
import { isWeekend, openAtOrAfter, weekOf } from './market-hours.js';
import { diceOf, type Dice } from './noise.js';
import { play } from './strategies.js';
import { enter, reduce } from './trading.js';

const diceFor = ({ broker, login }: Book, name: string): Dice => diceOf(`${broker.name}/${login}/${name}`);

function listing(book: Book, code: string): Listing {
  const found = listingOf(book.broker, code + book.broker.suffix);
  if (!found) throw new Error(`${book.broker.name} does not list ${code}.`);
  return found;
}

/** Day by day, what the account means to trade. */
export function tradeDaily(book: Book, day: number): void {
  book.agenda.at(day * dayMs, () => {
    for (const idea of ideasOf(book.broker, book.login, day)) play(book, idea);
    tradeDaily(book, day + 1);
  });
}

/** Long positions follow each other, the next opened before the last is closed, so that one is always open. */
const swingMs = 5 * dayMs;
const swingCodes = ['USDCHF', 'USDCAD'] as const;

function swingStartMs(book: Book, index: number): number {
  const dice = diceFor(book, `swing/${index}`);
  const wishedMs = Math.floor(index * swingMs + dice.between(0, 12) * hourMs);
  return isWeekend(wishedMs) ? openAtOrAfter(wishedMs) + dice.whole(4, 20) * minuteMs : wishedMs;
}

export function swing(book: Book, index: number, startMs: number): void {
  const openMs = Math.max(startMs, swingStartMs(book, index));
  const dice = diceFor(book, `swing-trade/${index}`);
  const nextMs = swingStartMs(book, index + 1);
  const wishedMs = nextMs + Math.floor(dice.between(1, 8) * hourMs);
  const closeMs = isWeekend(wishedMs) ? weekOf(wishedMs).closeMs - 7 * minuteMs : wishedMs;
  const instrument = listing(book, swingCodes[Math.abs(index) % 2] ?? 'USDCHF');
  book.agenda.at(openMs, () => {
    const risk = depositOf(book.broker, book.login) * 0.006;
    const volume = volumeFor(book.broker, instrument, typicalMove(instrument, swingMs), { risk, ms: openMs });
    const side = sideOf(book.broker, instrument, 0.03, { dice, openMs, closeMs });
    const terms = { listing: instrument, side, volume, sl: 0, tp: 0, magic: '0', comment: 'swing' };
    const holding = enter(book, { ...terms, ms: openMs, reason: dealReason.client });
    book.agenda.at(Math.max(closeMs, nextMs + minuteMs), () => {
      const ms = Math.max(closeMs, nextMs + minuteMs);
      reduce(book, holding, { ms, volume: holding.volume, reason: dealReason.client, comment: '' });
    });
    swing(book, index + 1, startMs);
  });
}

/** The first swing that is still open at a time. */
export function firstSwing(book: Book, startMs: number): number {
  const index = Math.floor(startMs / swingMs);
  return swingStartMs(book, index) > startMs ? index - 1 : index;
}

/** Short trades for whoever watches, one in every cycle, bitcoin when all else is closed. */
const cycleMs = 150 * secondMs;
/** those whose moves within two minutes are worth their costs; on netting accounts nothing else trades them */
const scalpCodes = ['USDJPY', 'XAUUSD', 'XAUUSD'] as const;

const scalpListing = (book: Book, dice: Dice, openMs: number, closeMs: number): Listing =>
  listing(book, isWeekend(openMs) || isWeekend(closeMs) ? 'BTCUSD' : dice.pick(scalpCodes));

export function scalp(book: Book, fromMs: number): void {
  const cycle = Math.ceil(fromMs / cycleMs);
  const dice = diceFor(book, `scalp/${cycle}`);
  const openMs = cycle * cycleMs + dice.whole(0, 8_000);
  const closeMs = openMs + dice.whole(70_000, 130_000);
  book.agenda.at(openMs, () => {
    const instrument = scalpListing(book, dice, openMs, closeMs);
    const risk = depositOf(book.broker, book.login) * dice.between(0.0001, 0.0002);
    const move = typicalMove(instrument, closeMs - openMs);
    const side = sideOf(book.broker, instrument, 0.025, { dice, openMs, closeMs });
    const volume = volumeFor(book.broker, instrument, move, { risk, ms: openMs });
    const terms = { listing: instrument, side, volume, sl: 0, tp: 0, magic: '990017', comment: 'scalp' };
    const holding = enter(book, { ...terms, ms: openMs, reason: dealReason.expert, isScalp: true });
    book.agenda.at(closeMs, () =>
      reduce(book, holding, { ms: closeMs, volume: holding.volume, reason: dealReason.expert, comment: '' }),
    );
    scalp(book, (cycle + 1) * cycleMs);
  });
}

const minorOf = (book: Book, amount: number): number => Math.round(amount) * 10 ** book.broker.digits;

/** The first deposit and, where the broker gives one, a credit that it takes back later. */
export function open(book: Book, startMs: number): void {
  const deposit = depositOf(book.broker, book.login);
  const type = dealType.balance;
  book.agenda.at(startMs, () =>
    recordCash(book, { ms: startMs, type, amount: minorOf(book, deposit), comment: 'Deposit' }),
  );
  if (!book.broker.hasCredit) return;
  for (const [share, days, comment] of [
    [0.1, 40, 'Welcome credit'],
    [-0.04, 400, 'Credit out'],
  ] as const) {
    const ms = startMs + days * dayMs + 10 * hourMs;
    const amount = minorOf(book, deposit * share);
    book.agenda.at(ms, () => recordCash(book, { ms, type: dealType.credit, amount, comment }));
  }
}

/** Once a month money comes or goes, by what the account has become. */
export function bank(book: Book, year: number, month: number): void {
  const ms = Date.UTC(year, month, 3, 9, 41, 12);
  book.agenda.at(ms, () => {
    const dice = diceFor(book, `bank/${year}/${month}`);
    const deposit = depositOf(book.broker, book.login);
    const unit = 10 ** book.broker.digits;
    const share =
      book.balance < 0.7 * deposit * unit
        ? 0.5
        : book.balance > 1.3 * deposit * unit
          ? -0.2
          : dice.chance(0.15)
            ? 0.1
            : 0;
    const amount = minorOf(book, deposit * share);
    const comment = share > 0 ? 'Deposit' : 'Withdrawal';
    if (amount !== 0) recordCash(book, { ms, type: dealType.balance, amount, comment });
    bank(book, year, month + 1);
  });
}
