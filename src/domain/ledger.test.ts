import fc from 'fast-check';
import t from 'tap';
import { anyHistory } from '../testing/history.js';
import { type Deal, dealType, netOf } from './deal.js';
import {
  nextVerdict,
  type BrokerSide,
  reasonOf,
  type Reconciliation,
  reconcile,
  sumsOf,
  type Standing,
} from './ledger.js';

const entry = (ticket: string, type: number, profit: number, more: Partial<Deal> = {}): Deal => ({
  ticket,
  order: '0',
  positionId: '0',
  serverMs: Date.parse('2026-01-04T09:00:00Z'),
  type,
  entry: 0,
  reason: 0,
  magic: '0',
  symbol: '',
  volume: 0,
  price: 0,
  profit,
  swap: 0,
  commission: 0,
  fee: 0,
  comment: '',
  ...more,
});

const deposit = entry('1', dealType.balance, 100_000);
const archive = entry('9', dealType.correction, 0, { comment: 'Archived deals' });
const pulled = (deals: readonly Deal[], balance: number, more: Partial<BrokerSide> = {}): Reconciliation =>
  reconcile(sumsOf(deals), { balance, credit: 0, digits: 2, currency: 'EUR', unlisted: 0, ...more });

const minute = 60_000;
/** The standing after pulls at these times that all found the same. */
const after = (found: Reconciliation, ...times: number[]): Standing =>
  times.reduce<Standing | null>((standing, atMs) => nextVerdict(standing, found, atMs), null) ??
  nextVerdict(null, found, 0);

void t.test(
  'the trades and the cash of any history are its ledger, and a true balance leaves no gap',
  async () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: -1000, max: 1000 }), ({ deals }, gap) => {
        const exact = deals
          .filter(({ type }) => type !== dealType.credit)
          .reduce((sum, deal) => sum + netOf(deal), 0);
        const found = pulled(deals, exact - gap);
        return (
          found.ledger === exact &&
          found.lost === 0 &&
          found.difference === gap &&
          (found.verdict === 'equal') === (gap === 0)
        );
      }),
      { numRuns: 300 },
    );
  },
);

void t.test('credit is no part of the balance and is compared by itself', async (t) => {
  const found = pulled([deposit, entry('2', dealType.credit, 5000)], 100_000, { credit: 4000 });
  t.match(found, { ledger: 100_000, cash: 100_000, difference: 0, creditLedger: 5000, creditBroker: 4000 });
  t.match(
    reasonOf(found, 'equal'),
    /The credit entries add up to 50\.00 EUR, the broker's credit is 40\.00 EUR\.$/,
  );
});

void t.test('stored trades that miss a part of their deals are told from a gap of the broker', async (t) => {
  const broker = { balance: 100_000, credit: 0, digits: 2, currency: 'EUR', unlisted: 0 };
  const found = reconcile(sumsOf([deposit], -30), broker);
  t.match(found, { difference: 0, lost: 30, verdict: 'equal' });
  t.match(reasonOf(found, 'equal'), /The trades miss 0\.30 EUR of their own deals/);
});

void t.test('archived deals explain a gap at once, and are no gap themselves', async (t) => {
  t.equal(after(pulled([deposit, archive], 98_550), 0).verdict, 'archived');
  t.equal(after(pulled([deposit, archive], 100_000), 0).verdict, 'equal');
  const lookalikes = [
    { ...archive, type: dealType.balance },
    { ...archive, comment: 'Archived deals?' },
  ];
  for (const one of lookalikes) t.equal(after(pulled([deposit, one], 98_550), 0).verdict, 'open');
});

void t.test('a gap is open until three pulls a minute apart have found it', async (t) => {
  const found = pulled([deposit], 98_550);
  t.match(after(found, 0), { verdict: 'open', seen: 1 });
  t.match(after(found, 0, minute), { verdict: 'open', seen: 2 });
  t.match(after(found, 0, minute, 2 * minute), { verdict: 'unexplained', seen: 3 });
  t.match(after(found, 0, minute - 1, minute, 2 * minute - 1), {
    verdict: 'open',
    seen: 2,
    countedMs: minute,
  });
  t.match(after(found, 0, 1, 2, 3, 4), { verdict: 'open', seen: 1, countedMs: 0 });
});

void t.test('other tickets or another gap begin the count again', async (t) => {
  const first = after(pulled([deposit], 98_550), 0, minute);
  t.match(nextVerdict(first, pulled([deposit], 98_551), 2 * minute), { verdict: 'open', seen: 1 });
  const more = pulled([deposit, entry('2', dealType.balance, 500)], 99_050);
  t.match(nextVerdict(first, more, 2 * minute), { verdict: 'open', seen: 1, difference: 1450 });
});

void t.test(
  'an unexplained gap keeps its name while deals are added, and loses it when it changes',
  async (t) => {
    const named = after(pulled([deposit], 98_550), 0, minute, 2 * minute);
    const more = [deposit, entry('2', dealType.balance, 500)];
    t.match(nextVerdict(named, pulled(more, 99_050), 3 * minute), { verdict: 'unexplained', seen: 1 });
    t.equal(nextVerdict(named, pulled(more, 99_000), 3 * minute).verdict, 'open');
    t.equal(nextVerdict(named, pulled(more, 100_500), 3 * minute).verdict, 'equal');
    t.equal(nextVerdict(named, pulled([...more, archive], 99_050), 3 * minute).verdict, 'archived');
  },
);

void t.test('a clock set back delays the count by a minute, not by as much as it was set back', async (t) => {
  const found = pulled([deposit], 98_550);
  t.match(after(found, 100 * minute, 50 * minute, 51 * minute, 52 * minute), {
    verdict: 'unexplained',
    seen: 3,
  });
});

void t.test('the fingerprint knows tickets and gap, and no order', async (t) => {
  const two = [deposit, entry('2', dealType.balance, 0)];
  const { fingerprint } = pulled(two, 98_550);
  t.equal(pulled(two.toReversed(), 98_550).fingerprint, fingerprint);
  t.not(pulled(two, 98_551).fingerprint, fingerprint);
  t.not(pulled([deposit], 98_550).fingerprint, fingerprint);
  t.not(pulled([deposit, entry('3', dealType.balance, 0)], 98_550).fingerprint, fingerprint);
});

void t.test('the reasons are sentences with money in the currency of the account', async (t) => {
  const gap = pulled([deposit, archive], 98_550);
  const lacks = "The broker's balance lacks 14.50 EUR of the deals it has listed";
  t.equal(
    reasonOf(gap, 'archived'),
    `${lacks}; it entered "Archived deals" on 2026-01-04, which explains it.`,
  );
  t.equal(reasonOf(gap, 'unexplained'), `${lacks}, and nothing in the history says why.`);
  t.equal(reasonOf(gap, 'open'), `${lacks}. The history may still be loading; it is read again.`);
  t.equal(
    reasonOf(pulled([deposit], 100_005), 'unexplained'),
    "The broker's balance holds 0.05 EUR more than the deals it has listed, and nothing in the history says why.",
  );
  const equal = "The deals add up to the broker's balance of 1000.00 EUR.";
  t.equal(reasonOf(pulled([deposit], 100_000), 'equal'), equal);
  const unlisted = (count: number): string =>
    reasonOf(pulled([deposit], 100_000, { unlisted: count }), 'equal');
  t.equal(unlisted(12), `${equal} The broker no longer lists 12 deals; they are kept here.`);
  t.equal(unlisted(1), `${equal} The broker no longer lists 1 deal; it is kept here.`);
  t.equal(
    reasonOf(pulled([], 0, { currency: 'JPY', digits: 0 }), 'equal'),
    "The deals add up to the broker's balance of 0 JPY.",
  );
});
