/** Lines of labels and what is printed beside them; all of it invented, each value with digits of its own. */
export type PrintedLines = readonly (readonly (readonly [label: string, value: string])[])[];

export const historyResults: PrintedLines = [
  [
    ['Balance', '10 123.40'],
    ['Free Margin', '9 000.00'],
  ],
  [
    ['Credit Facility', '0.00'],
    ['Margin', '12.00'],
  ],
  [
    ['Floating P/L', '-1.20'],
    ['Margin Level', '640.10%'],
  ],
  [['Equity', '10 122.20']],
  [],
  [['Results', '']],
  [
    ['Total Net Profit', '-1 123.40'],
    ['Gross Profit', '2 000.10'],
    ['Gross Loss', '-3 123.50'],
  ],
  [
    ['Profit Factor', '0.64'],
    ['Expected Payoff', '-11.23'],
  ],
  [
    ['Recovery Factor', '-0.52'],
    ['Sharpe Ratio', '-0.07'],
  ],
  [['Balance Drawdown', '']],
  [
    ['Balance Drawdown Absolute', '1 200.00'],
    ['Balance Drawdown Maximal', '2 150.25 (20.01%)'],
    ['Balance Drawdown Relative', '20.02% (2 150.26)'],
  ],
  [
    ['Total Trades', '100'],
    ['Short Trades (won %)', '41 (48.78%)'],
    ['Long Trades (won %)', '59 (33.90%)'],
  ],
  [
    ['', ''],
    ['Profit Trades (% of total)', '40 (40.00%)'],
    ['Loss Trades (% of total)', '60 (60.00%)'],
  ],
  [
    ['', ''],
    ['Largest profit trade', '301.00'],
    ['Largest loss trade', '-302.00'],
  ],
  [
    ['', ''],
    ['Average profit trade', '50.01'],
    ['Average loss trade', '-52.06'],
  ],
  [
    ['', ''],
    ['Maximum consecutive wins ($)', '5 (303.00)'],
    ['Maximum consecutive losses ($)', '6 (-304.00)'],
  ],
  [
    ['', ''],
    ['Maximal consecutive profit (count)', '305.00 (3)'],
    ['Maximal consecutive loss (count)', '-306.00 (4)'],
  ],
  [
    ['', ''],
    ['Average consecutive wins', '2'],
    ['Average consecutive losses', '7'],
  ],
];

export const testerSettings: PrintedLines = [
  [['Expert', 'Crossing Averages']],
  [['Symbol', 'EURUSD']],
  [['Period', 'H1 (2031.01.01 - 2031.06.30)']],
  [['Inputs', '=== Entry ===']],
  [['', 'FastPeriod=12']],
  [['', 'Label=a=b:']],
  [['Company', 'Example Markets Ltd']],
  [['Currency', 'EUR']],
  [['Initial Deposit', '10 000.00']],
  [['Leverage', '1:100']],
];

export const testerResults: PrintedLines = [
  [['History Quality', '100%']],
  [
    ['Bars', '1000'],
    ['Ticks', '20000'],
    ['Symbols', '1'],
  ],
  [
    ['Total Net Profit', '412.35'],
    ['Balance Drawdown Absolute', '4.11'],
    ['Equity Drawdown Absolute', '98.00'],
  ],
  [
    ['Gross Profit', '950.40'],
    ['Balance Drawdown Maximal', '220.15 (2.13%)'],
    ['Equity Drawdown Maximal', '401.20 (3.90%)'],
  ],
  [
    ['Gross Loss', '-538.05'],
    ['Balance Drawdown Relative', '2.14% (220.16)'],
    ['Equity Drawdown Relative', '3.91% (401.21)'],
  ],
  [
    ['Profit Factor', '1.77'],
    ['Expected Payoff', '1.37'],
    ['Margin Level', '1200.50%'],
  ],
  [
    ['Recovery Factor', '1.03'],
    ['Sharpe Ratio', '2.90'],
    ['Z-Score', '-1.43 (84.73%)'],
  ],
  [
    ['AHPR', '1.0003 (0.03%)'],
    ['LR Correlation', '0.66'],
    ['OnTester result', '0'],
  ],
  [
    ['GHPR', '1.0004 (0.04%)'],
    ['LR Standard Error', '65.20'],
    ['', ''],
  ],
  [
    ['Total Trades', '300'],
    ['Short Trades (won %)', '140 (60.00%)'],
    ['Long Trades (won %)', '160 (62.50%)'],
  ],
  [
    ['Total Deals', '601'],
    ['Profit Trades (% of total)', '184 (61.33%)'],
    ['Loss Trades (% of total)', '116 (38.67%)'],
  ],
  [
    ['', ''],
    ['Largest profit trade', '15.20'],
    ['Largest loss trade', '-31.10'],
  ],
  [
    ['', ''],
    ['Average profit trade', '5.17'],
    ['Average loss trade', '-4.64'],
  ],
  [
    ['', ''],
    ['Maximum consecutive wins ($)', '14 (81.30)'],
    ['Maximum consecutive losses ($)', '7 (-92.10)'],
  ],
  [
    ['', ''],
    ['Maximal consecutive profit (count)', '90.25 (11)'],
    ['Maximal consecutive loss (count)', '-93.15 (6)'],
  ],
  [
    ['', ''],
    ['Average consecutive wins', '4'],
    ['Average consecutive losses', '3'],
  ],
  [
    ['Correlation (Profits,MFE)', '0.37'],
    ['Minimal position holding time', '0:01:15'],
  ],
];
