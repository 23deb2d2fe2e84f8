/** What a calendar month came to; money in minor units. */
export interface MonthNet {
  /** 2025-01 */
  month: string;
  /** of trade deals, costs included */
  net: number;
  /** deposits and withdrawals */
  flow: number;
}

export interface YearReturns {
  year: string;
  /** January first; null: nothing was closed, or there was no money to earn it with */
  months: (number | null)[];
  /** its months after one another */
  total: number | null;
}

/**
 * Returns of calendar months: net ÷ the balance at their start, with what was paid in or out during them; a year's is the
 * product of its months. Months come in their order.
 */
export function yearsOf(months: readonly MonthNet[], opening: number): YearReturns[] {
  const years = new Map<string, YearReturns>();
  let balance = opening;
  for (const { month, net, flow } of months) {
    const [year = '', number = '1'] = month.split('-');
    const row = years.get(year) ?? { year, months: Array<number | null>(12).fill(null), total: null };
    const base = balance + flow;
    if (base > 0) {
      row.months[Number(number) - 1] = net / base;
      row.total = (1 + (row.total ?? 0)) * (1 + net / base) - 1;
    }
    balance = base + net;
    years.set(year, row);
  }
  return [...years.values()];
}
