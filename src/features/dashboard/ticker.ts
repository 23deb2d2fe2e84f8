import { amount, signed, toneOf } from '../../web/figures.js';
import { sparkPath } from '../../web/spark.js';
import { noPrices } from '../../web/market-words.js';
import { withAccounts, type AccountFilter } from '../../web/account-filter.js';
import type { AccountRow } from '../../data/accounts.js';
import type { Board } from './board.js';

const readMs = ({ light_synced_at: at }: AccountRow): number => at?.getTime() ?? 0;

/** The symbols held, each with the freshest price there is: of the account read last, else of the shared candles. */
export const tickerView = (
  { accounts, positions, quotes }: Pick<Board, 'accounts' | 'positions' | 'quotes'>,
  filter: AccountFilter,
  readsPrices: boolean,
) => {
  const names = [...new Set(positions.map(({ name }) => name))].sort();
  const latest = [...accounts].sort((a, b) => readMs(b) - readMs(a));
  const freshest = latest.flatMap(({ id }) => positions.filter(({ account_id }) => account_id === id));
  const symbols = names.map((name) => {
    const held = freshest.find((position) => position.name === name);
    const quote = quotes.find((one) => one.name === name);
    const digits = held?.digits ?? quote?.digits ?? null;
    const current = held?.current_price ?? quote?.price ?? null;
    const before = quote?.day_close ?? null;
    const pct =
      current === null || before === null ? null : ((Number(current) / Number(before) - 1) * 100).toFixed(2);
    return {
      name,
      href: withAccounts(`/trades?symbol=${encodeURIComponent(name)}`, filter),
      price:
        current === null
          ? null
          : amount(digits === null ? current : Number(current).toFixed(digits), digits ?? 0),
      change: { text: pct === null ? '' : `${String(signed(pct))} %`, tone: toneOf(pct) },
      spark: sparkPath((quote?.closes ?? []).map(Number)),
    };
  });
  return { symbols, missing: readsPrices || symbols.length === 0 ? null : noPrices };
};
