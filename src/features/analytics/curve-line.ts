import { watchedEquity } from '../../data/watched-equity.js';
import { balanceLine, netLine, type Line } from '../../domain/stats/line.js';
import { withEquity } from '../../domain/stats/watched.js';
import type { Tx } from '../../data/database.js';
import type { MoneyLine } from '../../web/chart.js';
import type { Chosen } from '../../web/chosen.js';
import { count } from '../../web/words.js';

/** The line that is drawn: the balance of whole accounts, else what the chosen trades came to. */
export interface CurveLine {
  kind: 'balance' | 'net';
  line: MoneyLine & Required<Pick<MoneyLine, 'peaks' | 'flows'>>;
  /** why there is no equity anywhere; null: there is some */
  unwatched: string | null;
}

/** The balance of whole accounts, or what some of their trades came to. */
export const lineOf = ({ rows, book, trades }: Chosen): { kind: CurveLine['kind']; line: Line } =>
  rows === null ? { kind: 'balance', line: balanceLine(book.deals) } : { kind: 'net', line: netLine(trades) };

/** Reads the equity of whole accounts where all of them were watched. */
export async function readCurveLine(tx: Tx, userId: string, chosen: Chosen): Promise<CurveLine> {
  const { rows, group } = chosen;
  const { kind, line } = lineOf(chosen);
  if (rows !== null) {
    const unwatched = 'Equity is that of whole accounts; here only some of their trades are chosen.';
    return { kind, line, unwatched };
  }
  const accounts = group?.members.map(({ id }) => id) ?? [];
  const watched = await watchedEquity(tx, { userId, accounts, digits: group?.digits ?? 2 });
  if (watched.atMs.length > 0) return { kind, line: withEquity(line, watched), unwatched: null };
  return { kind, line, unwatched: whyUnwatched(accounts.length) };
}

const whyUnwatched = (accounts: number): string =>
  accounts > 1
    ? `No equity: the ${count(accounts, 'account')} were never watched at the same time.`
    : 'No equity: the account was never watched.';

/** How the equity that is drawn came about. */
export const watchedWords = ({ group }: Chosen): string =>
  `The dashed line is the equity that the broker told, once a minute (once an hour before the last 90 days) while ${
    (group?.members.length ?? 0) > 1 ? 'all of these accounts were' : 'the account was'
  } watched; elsewhere it is not known.`;
