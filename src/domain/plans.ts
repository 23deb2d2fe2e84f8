/** What is sold, and what each plan allows. */

export const periods = ['month', 'year'] as const;
export type Period = (typeof periods)[number];

/** null: any number */
export interface Limits {
  /** accounts of every kind */
  accounts: number | null;
  /** those of them that a terminal reads; 0: none */
  liveAccounts: number | null;
  /** trades entered by hand or imported in a month of their owner's time zone */
  tradesPerMonth: number | null;
  /** how many days back a trade may have been opened that is entered by hand or imported */
  historyDays: number | null;
  /** summary: the summary and the calendar alone */
  analytics: 'summary' | 'everything';
  /** read first among equals */
  goesFirst: boolean;
}

export interface Price {
  /** as the payment service knows it */
  id: string;
  /** in the smallest unit of the currency */
  amount: number;
  /** ISO code in capitals */
  currency: string;
}

export interface Plan {
  key: string;
  name: string;
  /** for whom it is, in one line */
  about: string;
  /** none: it costs nothing */
  prices: Partial<Record<Period, Price>>;
  limits: Limits;
}

export interface PlanTable {
  /** at the start of a first subscription; 0: none */
  trialDays: number;
  /** how long a plan stays open while its payment is late */
  graceDays: number;
  /** from the least to the most; the first one costs nothing and is everybody's who has none */
  plans: readonly [Plan, ...Plan[]];
}

const open: Limits = {
  accounts: null,
  liveAccounts: null,
  tradesPerMonth: null,
  historyDays: null,
  analytics: 'everything',
  goesFirst: false,
};

/** Whoever is not limited: administrators, and the invented trader of a trial. */
export const unlimited: Plan = { key: '', name: 'Everything', about: '', prices: {}, limits: open };

const monthly = (id: string, amount: number): Plan['prices'] => ({
  month: { id, amount, currency: 'USD' },
});

/** The table where no file names another. */
export const usualPlans: PlanTable = {
  trialDays: 0,
  graceDays: 7,
  plans: [
    {
      key: 'free',
      name: 'Free',
      about: 'A journal for one account, kept by hand or fed by reports.',
      prices: {},
      limits: { ...open, accounts: 1, liveAccounts: 0, tradesPerMonth: 15, analytics: 'summary' },
    },
    {
      key: 'pro',
      name: 'Pro',
      about: 'One account read live from its broker, and every figure.',
      prices: monthly('price_pro_month', 1299),
      limits: { ...open, liveAccounts: 1 },
    },
    {
      key: 'elite',
      name: 'Elite',
      about: 'Five live accounts, read before everybody else’s.',
      prices: monthly('price_elite_month', 3000),
      limits: { ...open, liveAccounts: 5, goesFirst: true },
    },
  ],
};

export const planNamed = ({ plans }: PlanTable, key: string | null): Plan | undefined =>
  plans.find((plan) => plan.key === key);

/** Which plan and period a price is of. */
export function planOfPrice({ plans }: PlanTable, id: string): { plan: Plan; period: Period } | undefined {
  for (const plan of plans)
    for (const period of periods) if (plan.prices[period]?.id === id) return { plan, period };
  return undefined;
}

/** Its place from the least to the most; −1: it is not in the table. */
export const rankOf = ({ plans }: PlanTable, key: string | null): number =>
  plans.findIndex((plan) => plan.key === key);
