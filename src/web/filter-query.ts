import { z } from 'zod';

const text = z.string().optional();

/** The filters of trades, as programs send them; `readTradeFilter` says what each means. */
export const filterQuery = {
  account: text.describe('id of an account, or a category: Demo, Real, Challenge, Funded'),
  magic: text,
  ea: text.describe('name of an expert, as /eas lists them; none: trades of none'),
  symbol: text.describe('the broker’s symbol, or its name without suffixes'),
  side: text.describe('buy or sell'),
  status: text.describe('open or closed'),
  result: text.describe('of closed trades, after all costs: won, lost, even'),
  from: text.describe('first day (2026-11-21) of the user’s time zone: of closing, or of opening while open'),
  to: text.describe('last day, which counts'),
  session: text.describe('that it was opened in: asian, london, overlap, new-york, off'),
  tag: text.describe('name or id of a tag, or several with commas: trades with any; none: without'),
  setup: text.describe('name or id of a setup, or several with commas; none: without'),
  mistake: text.describe('name or id of a mistake, or several with commas; none: without'),
  mood: text.describe('confident, disciplined, neutral, uncertain, fearful, greedy; none: nothing was said'),
  quality: text.describe('of the setup, 1 to 5; none: nothing was said'),
  plan: text.describe('yes or no: whether the plan was followed; none: nothing was said'),
  notes: text.describe('yes or no: whether there are notes'),
  source: text.describe('what brought its deals: live, report, manual'),
};
