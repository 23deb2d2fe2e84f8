import type { Basis } from '../../domain/ground.js';
import type { ManualResult, ManualTrade } from '../../domain/manual-trade.js';
import { resultOf } from '../../domain/manual-trade.js';
import type { Found } from '../../domain/profit.js';
import { type AccountMoney, noCurrency } from '../../domain/rate.js';
import { fromMinor } from '../../lib/money.js';
import { amount, decimal, pips, signed, toneOf, type Tone } from '../../web/figures.js';
import { basisWords, missingWords } from './basis-words.js';

interface Fact {
  term: string;
  text: string | null;
  tone: Tone;
  /** instead of the figure, or below it */
  note: string;
}

export interface Preview {
  /** null: not enough is typed for any figure */
  net: { text: string | null; tone: Tone; note: string } | null;
  currency: string;
  isEstimated: boolean;
  facts: Fact[];
  lines: { label: string; text: string | null }[];
  /** what was assumed, a sentence each */
  basis: string[];
  /** what is missing, or odd */
  notice: string;
}

export const emptyPreview: Preview = {
  net: null,
  currency: '',
  isEstimated: false,
  facts: [],
  lines: [],
  basis: [],
  notice: '',
};

interface Given {
  trade: ManualTrade;
  basis: Basis;
  now: Date;
  timeZone: string;
}

function netOf(result: ManualResult, { exit }: ManualTrade, digits: number): NonNullable<Preview['net']> {
  const { value } = result.net;
  if (exit === null) return { text: null, tone: '', note: 'open: no result yet' };
  if (value === null) return { text: null, tone: '', note: result.net.reason };
  const text = fromMinor(value, digits);
  return {
    text: signed(text, digits),
    tone: toneOf(text),
    note: result.isEstimated ? 'estimated' : 'as you typed',
  };
}

type Money = (found: Found<number>) => string | null;

function planFact({ plan }: ManualResult, money: Money): Fact {
  const { ratio, risk, reward } = plan;
  const why = risk.reason ?? reward.reason ?? '';
  const text = ratio === null ? null : `1 : ${decimal(ratio, 2, 2)}`;
  const both = [money(risk), money(reward)].filter((one) => one !== null).join(' / ');
  return { term: 'Risk : reward', text, tone: '', note: both || why };
}

function factsOf(result: ManualResult, { currency, digits }: AccountMoney, money: Money): Fact[] {
  const moved = result.pips === null ? null : String(result.pips);
  const pip = result.pipValue.value;
  const r = result.r.r === null ? null : decimal(result.r.r, 2, 2);
  return [
    { term: 'Pips', text: pips(moved), tone: toneOf(moved), note: moved === null ? 'none' : '' },
    { term: 'R', text: signed(r), tone: toneOf(r), note: result.r.reason ?? '' },
    planFact(result, money),
    {
      term: 'A pip is worth',
      text: pip === null ? null : `${amount(fromMinor(pip, digits), digits) ?? ''} ${currency}`,
      tone: '',
      note: result.pipValue.reason ?? '',
    },
  ];
}

const costsWord = (trade: ManualTrade): string =>
  Number(trade.commission) > 0
    ? 'A commission above zero adds to the result; what was paid has a minus.'
    : '';

/** What the trade would come to if it were saved as it stands. */
export function previewOf({ trade, basis, now, timeZone }: Given): Preview {
  const { account } = basis.ground;
  const result = resultOf(trade, basis.ground);
  const text = (minor: number): string | null => signed(fromMinor(minor, account.digits), account.digits);
  const money = ({ value }: Found<number>): string | null => (value === null ? null : text(value));
  const isMissing = trade.exit !== null && result.net.reason !== null;
  const moment = { at: trade.exit?.at ?? now, closePrice: trade.exit?.price ?? null, timeZone };
  return {
    net: netOf(result, trade, account.digits),
    currency: account.currency === noCurrency ? '' : account.currency,
    isEstimated: result.isEstimated && !isMissing,
    facts: factsOf(result, account, money),
    lines:
      result.gross.value === null
        ? []
        : [
            { label: 'Gross', text: money(result.gross) },
            { label: 'Commission', text: text(result.commission) },
            { label: 'Swap', text: text(result.swap) },
          ],
    basis: result.isEstimated || trade.exit === null ? basisWords(basis, moment) : [],
    notice: isMissing ? missingWords(result.net.reason ?? '') : costsWord(trade),
  };
}
