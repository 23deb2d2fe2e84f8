import type { BacktestRow } from '../../data/backtests.js';
import type { MetatraderFigure } from '../../domain/metatrader/figure.js';
import { metatraderHelp, type FigureHelp } from '../../web/figure-help.js';
import { amount, decimal, signed, toneOf } from '../../web/figures.js';
import { figureOf } from '../../web/tester-figures.js';

interface Card {
  help: FigureHelp;
  label: string;
  value: string | null;
  unit?: string;
  tone?: string;
  n?: string;
  note: string;
}

const round = (text: string | null, digits: number): string | null =>
  text === null ? null : decimal(Number(text), digits, digits);

/** A run's figures as text, and what is to be said below each. */
const wordsOf = (row: BacktestRow) => {
  const value = (name: MetatraderFigure): string | null => figureOf(row, name).value;
  const rounded = (name: MetatraderFigure): string | null => round(value(name), row.digits);
  return {
    value,
    rounded,
    money: (name: MetatraderFigure): string | null => signed(rounded(name), row.digits),
    ratio: (name: MetatraderFigure): string | null => amount(round(value(name), 2)),
    whole: (name: MetatraderFigure): string => amount(value(name), 0) ?? '0',
    /** why it is not known, that it is the report's word, or more about it */
    note: (name: MetatraderFigure, more: string): string => {
      const { value: known, reason, isPrinted } = figureOf(row, name);
      if (known === null) return reason;
      return isPrinted ? 'as the report prints it' : more;
    },
  };
};
type Words = ReturnType<typeof wordsOf>;

const gainOf = (net: string | null, deposit: string | null): string =>
  deposit === null || net === null || Number(deposit) === 0
    ? ''
    : `${String(signed(((100 * Number(net)) / Number(deposit)).toFixed(1), 1))} % of the deposit`;

const moneyCards = (row: BacktestRow, { value, rounded, money, ratio, note }: Words, n: string): Card[] => {
  const unit = row.currency ?? '';
  const fall = rounded('balanceDrawdownMaximal');
  const share = ratio('balanceDrawdownMaximalPct');
  const gain = gainOf(value('netProfit'), row.deposit);
  const parts = `${String(money('grossProfit'))} / ${String(money('grossLoss'))}`;
  return [
    {
      help: metatraderHelp('netProfit'),
      ...{ label: 'Net profit', value: money('netProfit'), unit, n, tone: toneOf(rounded('netProfit')) },
      note: note('netProfit', gain),
    },
    {
      ...{ label: 'Profit factor', help: metatraderHelp('profitFactor'), n },
      ...{ value: ratio('profitFactor'), note: note('profitFactor', parts) },
    },
    {
      help: metatraderHelp('expectedPayoff'),
      ...{ label: 'Expected payoff', value: money('expectedPayoff'), unit, n },
      ...{ tone: toneOf(rounded('expectedPayoff')), note: note('expectedPayoff', 'a trade') },
    },
    {
      help: metatraderHelp('balanceDrawdownMaximal'),
      ...{ label: 'Balance drawdown', value: amount(fall, row.digits), unit },
      note: note('balanceDrawdownMaximal', share === null ? 'maximal' : `maximal, ${share} % of its peak`),
    },
  ];
};

const otherCards = ({ value, ratio, whole, note }: Words, n: string): Card[] => {
  const [all, won] = [Number(value('totalTrades') ?? 0), Number(value('profitTrades') ?? 0)];
  const hasTrades = all > 0;
  const lost = amount(String(all - won), 0) ?? '';
  return [
    {
      help: metatraderHelp('recoveryFactor'),
      ...{ label: 'Recovery factor', value: ratio('recoveryFactor') },
      note: note('recoveryFactor', 'net profit by drawdown'),
    },
    {
      ...{ label: 'Sharpe ratio', help: metatraderHelp('sharpe') },
      ...{ value: ratio('sharpe'), note: note('sharpe', 'per trade, of the balance') },
    },
    {
      help: metatraderHelp('totalTrades'),
      ...{ label: 'Trades', value: whole('totalTrades') },
      note: `${whole('longTrades')} long · ${whole('shortTrades')} short`,
    },
    {
      ...{
        ...{ label: 'Win rate', help: metatraderHelp('profitTrades') },
        value: hasTrades ? amount(((100 * won) / all).toFixed(1), 1) : null,
        unit: '%',
        n,
      },
      note: hasTrades ? `${whole('profitTrades')} won · ${lost} lost` : 'no trades',
    },
  ];
};

/** The cards at the top of a run's page. */
export function cardsOf(row: BacktestRow): Card[] {
  const words = wordsOf(row);
  const n = `n ${words.whole('totalTrades')}`;
  return [...moneyCards(row, words, n), ...otherCards(words, n)];
}
