import type { FigureKind } from './figure-text.js';
import type { FigureWords } from './figure-words.js';

type OtherWords = FigureWords & { kind: FigureKind };

/** Figures that stand beside those of the journal: of single trades, of days, and of what an account holds now. */
export const otherWords = {
  r: {
    label: 'R',
    kind: 'ratio',
    formula: 'net ÷ (distance from the entry to the first stop × size)',
    n: 'trades whose first order had a stop',
    unit: 'R: times the risk that was taken at the opening',
    says: 'What came back for what was risked; +2 R is twice the risk. A stop that was moved later changes nothing, and without a stop it is not known.',
  },
  plannedReward: {
    label: 'Planned reward',
    kind: 'ratio',
    formula: 'distance to the target ÷ distance to the first stop',
    n: 'trades that had a stop and a target',
    unit: 'R: times the risk that was taken at the opening',
    says: 'What the trade was meant to bring. Beside R it shows how much of the plan was left in the market.',
  },
  pips: {
    label: 'Pips',
    kind: 'ratio',
    formula: '(close − open) ÷ size of a pip, with the sign of the side',
    n: 'one trade',
    unit: 'pips; what one is can be set for each symbol',
    says: 'How far the price went your way, whatever the size. Pips of different symbols are not worth the same.',
  },
  mae: {
    label: 'MAE',
    kind: 'money',
    formula: 'the least that a trade stood at while it was open',
    n: 'trades whose bars are kept',
    says: 'How far it went against you. Winners with a small one leave room for a closer stop. From bars, so it is at least so much.',
  },
  mfe: {
    label: 'MFE',
    kind: 'money',
    formula: 'the most that a trade stood at while it was open',
    n: 'trades whose bars are kept',
    says: 'How much was within reach. Far above the results, much of it was given back. From bars, so it is at least so much.',
  },
  session: {
    label: 'Session',
    kind: 'money',
    formula: 'net of the trades that were opened while a place trades, by its own clock',
    n: 'closed trades opened in that session',
    says: 'At what time of the world’s day you trade well. While London and New York both trade it is the overlap; the hours can be changed in the settings.',
  },
  winningDays: {
    label: 'Winning days',
    kind: 'count',
    formula: 'days whose trades came to more than zero',
    n: 'days on which a trade was closed, in your time zone',
    says: 'How often a day ends well. Days without trades are not counted.',
  },
  perDay: {
    label: 'Per day',
    kind: 'money',
    formula: 'net ÷ days on which a trade was closed',
    n: 'days on which a trade was closed, in your time zone',
    says: 'What a day of trading brought on average.',
  },
  bestDay: {
    label: 'Best day',
    kind: 'money',
    formula: 'largest sum of the trades that were closed on one day',
    n: 'days on which a trade was closed, in your time zone',
    says: 'Some challenges limit what one day may be of the whole profit.',
  },
  worstDay: {
    label: 'Worst day',
    kind: 'money',
    formula: 'smallest sum of the trades that were closed on one day',
    n: 'days on which a trade was closed, in your time zone',
    says: 'Set it beside the limit for a day, your own or that of a challenge.',
  },
  equity: {
    label: 'Equity',
    kind: 'money',
    formula: 'balance + credit + floating',
    n: 'one reading of the account',
    says: 'What the account would hold if everything were closed at this moment. Its age stands beside it.',
  },
  floating: {
    label: 'Floating',
    kind: 'money',
    formula: 'sum of what open positions stand at, as the broker tells it',
    n: 'open positions at the last reading',
    says: 'Nothing of it is won or lost yet.',
  },
  today: {
    label: 'Today',
    kind: 'money',
    formula: 'net of what was closed today + floating',
    n: 'trades closed since midnight in your time zone, and open positions',
    says: 'Where this day stands if everything were closed now.',
  },
  marginLevel: {
    label: 'Margin level',
    kind: 'percent',
    formula: 'equity ÷ margin in use',
    n: 'one reading of the account',
    says: 'Brokers close positions by themselves below a level of their own, often 50 %.',
  },
  drawdownFromPeak: {
    label: 'Drawdown from peak',
    kind: 'percent',
    formula: '(highest equity seen − equity) ÷ highest equity seen',
    n: 'readings of the account; what nobody watched is not in it',
    says: 'How far below its best the account stands now. Deposits lift the peak, so it is no rule of a prop firm.',
  },
  ledger: {
    label: 'Ledger',
    kind: 'money',
    formula: 'sum of profit, commission, swap and fees of all deals but credit, beside the broker’s balance',
    n: 'all deals of the account',
    says: 'Equal to the cent means that nothing is missing. A difference has a name and a reason on the page of the account.',
  },
} as const satisfies Record<string, OtherWords>;
export type OtherFigure = keyof typeof otherWords;
