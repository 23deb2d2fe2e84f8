import t, { type Test } from 'tap';
import { testApp } from '../../testing/app.js';
import { person } from '../../testing/cast.js';
import { seedAccount } from '../../testing/trading.js';
import { seedTrades, type WishedTrade } from '../../testing/trades.js';
import { withoutHelp } from '../../testing/steps.js';

t.setTimeout(600_000);

const paths = [
  '/analytics',
  '/analytics/figures',
  '/analytics/desk',
  '/calendar',
  '/calendar?year=2026',
  '/analytics/months',
  '/analytics/months?in=twr',
  '/analytics/report',
] as const;

async function world(t: Test) {
  const app = await testApp(t);
  const anna = await person(app, 'anna');
  const text = async (path: string): Promise<string> => {
    const answer = await anna.browser.get(path);
    t.equal(answer.statusCode, 200, `${path} is answered`);
    return withoutHelp(answer.body)
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .replaceAll('\u202f', ' ');
  };
  const trade = async (wishes: readonly WishedTrade[]): Promise<void> => {
    const { accountId } = await seedAccount(app, anna.userId, { trades: 0 });
    await seedTrades(app, { userId: anna.userId, accountId }, wishes);
  };
  return { app, anna, text, trade };
}

void t.test('who has no account reads what to do first, on every page', async (t) => {
  const { text } = await world(t);
  for (const path of paths) t.match(await text(path), 'No closed trades yet', path);
});

void t.test('an account that never closed a trade has no figures, and no page fails', async (t) => {
  const { text, trade } = await world(t);
  await trade([]);
  for (const path of paths) t.match(await text(path), 'No closed trades yet', path);
});

void t.test('filters that nothing matches say so, and how to be rid of them', async (t) => {
  const { text, trade } = await world(t);
  await trade([{ gross: 1_000 }]);
  for (const path of paths) {
    const shown = await text(`${path}${path.includes('?') ? '&' : '?'}symbol=XAUUSD`);
    t.match(shown, 'Nothing matches these filters', path);
    t.match(shown, 'Remove filters', path);
  }
});

void t.test('one trade is shown with what it came to, and what one trade cannot tell is told', async (t) => {
  const { text, trade } = await world(t);
  await trade([{ gross: 10_035, commission: -35 }]);
  const figures = await text('/analytics/figures');
  t.match(figures, '+100.00');
  t.match(figures, /Sharpe[^]*—/);
  t.match(figures, /MAE, mean — no bars of the times of these trades are kept/);
  t.match(await text('/analytics'), '1 closed trade ·');
});
