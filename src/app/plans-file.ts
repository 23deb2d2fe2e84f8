import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Plan, PlanTable, Price } from '../domain/plans.js';
import { Fault } from '../lib/fault.js';

const most = z.number().int().min(0).nullable().default(null);
const price = z.strictObject({
  id: z.string().regex(/^[\w-]{1,100}$/, { error: 'must be the id of a price, such as price_1Abc' }),
  amount: z.number().int().min(0),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'must be three capital letters, such as USD' }),
});
const plan = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'must be a word of small letters' }),
  name: z.string().min(1).max(40),
  about: z.string().max(200).default(''),
  prices: z.strictObject({ month: price.optional(), year: price.optional() }).default({}),
  limits: z.strictObject({
    accounts: most,
    liveAccounts: most,
    tradesPerMonth: most,
    historyDays: most,
    analytics: z.enum(['summary', 'everything']).default('everything'),
    goesFirst: z.boolean().default(false),
  }),
});
const table = z.strictObject({
  trialDays: z.number().int().min(0).max(730).default(0),
  graceDays: z.number().int().min(0).max(60).default(7),
  plans: z.array(plan).min(1),
});

const wrong = (sentence: string, cause?: unknown): Fault =>
  new Fault(500, 'configuration', `PLANS_FILE: ${sentence}`, { cause });

const twice = (words: readonly string[]): string | undefined =>
  words.find((word, at) => words.indexOf(word) !== at);

const pricesOf = ({ month, year }: z.infer<typeof plan>['prices']): Plan['prices'] => ({
  ...(month === undefined ? {} : { month }),
  ...(year === undefined ? {} : { year }),
});

/** The plans of a file's text. Throws a Fault whose sentence says what cannot be used. */
export function plansIn(text: string): PlanTable {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw wrong('the file is not JSON.', error);
  }
  const read = table.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw wrong(`${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'cannot be used'}.`);
  }
  const plans = read.data.plans.map((one): Plan => ({ ...one, prices: pricesOf(one.prices) }));
  const prices = plans.flatMap((one) => Object.values<Price>(one.prices));
  const key = twice(plans.map((one) => one.key)) ?? twice(prices.map(({ id }) => id));
  if (key !== undefined) throw wrong(`${key} stands there twice.`);
  const [first, ...others] = plans;
  if (first === undefined || Object.keys(first.prices).length > 0)
    throw wrong('the first plan is everybody’s who has none, so it has no price.');
  const unsold = others.find((one) => Object.keys(one.prices).length === 0);
  if (unsold !== undefined) throw wrong(`${unsold.key} has no price; only the first plan has none.`);
  return { ...read.data, plans: [first, ...others] };
}

export async function readPlans(file: string): Promise<PlanTable> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong(`${file} cannot be read.`, error);
  });
  return plansIn(text);
}
