import { dealEntry, dealType } from '../domain/deal.js';
import { columnsOf, type DealColumns, type FigureDeal } from '../domain/metatrader/columns.js';
import { metatraderFigures } from '../domain/metatrader/figure.js';
import { figuresOf, figuresOfColumns } from '../domain/metatrader/figures.js';
import { seeded } from '../testing/simulated-sync.js';

const wanted = 100_000;
const rounds = 101;

/** A deposit, then entries and exits in turn, ten in a second. */
const dealsOf = (count: number): FigureDeal[] => {
  const random = seeded(count);
  return Array.from({ length: count }, (_, at) => {
    const isDeposit = at === 0;
    const isEntry = at % 2 === 1;
    const result = isEntry ? -7 : Math.round((random() - 0.495) * 20_000);
    return {
      ticket: String(1_000_000 + at),
      timeMs: Math.floor(at / 10) * 1000,
      type: isDeposit ? dealType.balance : at % 4 < 2 ? dealType.buy : dealType.sell,
      entry: isDeposit || isEntry ? dealEntry.in : dealEntry.out,
      net: isDeposit ? 10_000_000 : result,
    };
  });
};

/** What no arithmetic over the same columns can undercut: every value read once, added, and compared. */
const singlePass = ({ roles, nets }: DealColumns): number => {
  let sum = 0;
  let most = -Infinity;
  let trades = 0;
  for (let at = 0; at < nets.length; at += 1) {
    const net = nets[at] ?? 0;
    sum += net;
    if (net > most) most = net;
    trades += roles[at] ?? 0;
  }
  return sum + most + trades;
};

const timed = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

/** The best round of each, taken in turns: what else the machine does only ever adds. */
const bestOf = (works: readonly (() => unknown)[]): number[] => {
  const best = works.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1)
    works.forEach((work, at) => (best[at] = Math.min(best[at] ?? Infinity, timed(work))));
  return best;
};

/** The figures of MetaTrader's reports beside one plain pass over the same columns. */
export function figures(): void {
  const deals = dealsOf(wanted);
  const columns = columnsOf(deals);
  const kind = 'history';
  const [bound = NaN, ofColumns = NaN, ofDeals = NaN] = bestOf([
    () => singlePass(columns),
    () => figuresOfColumns(columns, { kind }),
    () => figuresOf(deals, { kind }),
  ]);
  const count = Object.keys(metatraderFigures).length;
  const line = (name: string, ms: number): string =>
    `  ${name.padEnd(34)} ${ms.toFixed(2).padStart(7)} ms   ${(ms / bound).toFixed(1).padStart(5)}x\n`;
  process.stdout.write(
    `Figures of ${wanted.toLocaleString('en')} deals, best of ${rounds} rounds\n` +
      line('one pass: sum and maximum', bound) +
      line(`all ${count} figures, of columns`, ofColumns) +
      line(`all ${count} figures, of deals`, ofDeals),
  );
}
