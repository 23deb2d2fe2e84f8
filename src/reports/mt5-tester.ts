import { dealEntry } from '../domain/deal.js';
import { decimalOf } from './figures-text.js';
import { ListingReader } from './mt5-listing.js';
import { type Pair, pairsOf } from './mt5-pairs.js';
import { printedFiguresOf } from './mt5-results.js';
import { isPeriod, serverOf, type Settings, settingsOf } from './mt5-settings.js';
import { emptyReport, noAccount, type Problem, type Report, type TesterRun } from './report.js';
import { textsOf } from './row-cells.js';
import type { Row, RowFormat, RowReader } from './rows.js';

// The period stands in the seventh row; a few more for files that were saved again.
const titleRows = 14;
const mostSettings = 2000;
const leverage = /^\d+:\d+$/;

const endsSettings = (row: Row): boolean => {
  const [first = '', second = ''] = textsOf(row);
  return first !== '' && leverage.test(second);
};

const runOf = (settings: Settings, results: Pair[]): TesterRun => ({
  expert: settings.expert,
  symbol: settings.symbol,
  period: settings.period,
  currency: settings.currency,
  deposit: settings.deposit === null ? null : (decimalOf(settings.deposit) ?? settings.deposit),
  leverage: settings.leverage,
  inputs: settings.inputs,
  results,
});

const isCurrency = (text: string | null): boolean => text !== null && /^[A-Z]{3,5}$/.test(text);

/** A report that was cut off, or of a run without trades. */
const missingOf = (deals: number, settings: Settings | null): Problem[] => {
  const problems: Problem[] = [];
  if (settings === null)
    problems.push({
      row: null,
      reason: 'The report does not say what was tested: the line of its period is missing.',
    });
  if (deals === 0)
    problems.push({
      row: null,
      reason: 'The report has no section of deals. Save it again in the tester, whole.',
    });
  return problems;
};

class TesterReader implements RowReader {
  readonly #tables = new ListingReader();
  readonly #settings: Row[] = [];
  readonly #results: Pair[] = [];
  #isInSettings = true;

  row(row: Row): void {
    if (this.#isInSettings) this.#set(row);
    else if (!this.#tables.take(row)) this.#results.push(...pairsOf(row).filter(({ value }) => value !== ''));
  }

  #set(row: Row): void {
    this.#settings.push(row);
    this.#isInSettings = !endsSettings(row) && this.#settings.length < mostSettings;
  }

  end(): Report {
    const settings = settingsOf(this.#settings);
    const { deals, orders, problems } = this.#tables.end();
    const currency = settings?.currency ?? null;
    return {
      ...emptyReport('mt5-tester'),
      account: {
        ...noAccount,
        server: serverOf(this.#settings),
        company: settings?.company ?? null,
        currency: isCurrency(currency) ? currency : null,
        // Only where positions are one to a symbol does a deal turn one around.
        isHedging: deals.some(({ entry }) => entry === dealEntry.inOut) ? false : null,
      },
      deals,
      orders,
      printed: printedFiguresOf(this.#results, true),
      tester: settings === null ? null : runOf(settings, this.#results),
      problems: [...missingOf(deals.length, settings), ...problems],
    };
  }
}

/** The report of MetaTrader 5's strategy tester, in any language, as HTML or as a spreadsheet. */
export const mt5Tester: RowFormat = {
  recognises: (head) => head.slice(0, titleRows).some(isPeriod) && serverOf(head) !== null,
  reader: () => new TesterReader(),
};
