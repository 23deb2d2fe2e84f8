import type { Excursion, NoExcursion } from '../../domain/excursion.js';
import { fromMinor } from '../../lib/money.js';
import { signed } from '../../web/figures.js';
import { priceText } from './words.js';

const whyNot: Record<NoExcursion, string> = {
  open: 'told once it is closed',
  unpriced: 'a price of it is not known',
  short: 'shorter than the bars that are kept',
  missing: 'the bars of its time are not kept',
};

interface Words {
  text: string | null;
  note: string;
}

/** `−11.00 / +121.50`: how far it went against the trade and for it, at the least. */
export function excursionText(
  found: Excursion | NoExcursion,
  { digits, priceDigits }: { digits: number; priceDigits: number | null },
): Words {
  if (typeof found === 'string') return { text: null, note: whyNot[found] };
  const { adverse, favourable, money } = found;
  const price = (value: number): string | null =>
    priceText(value.toFixed(priceDigits ?? 5), priceDigits)?.replace(/^(?=\d)/, value > 0 ? '+' : '') ?? null;
  const prices = `${String(price(adverse))} / ${String(price(favourable))}`;
  if (money === null) return { text: prices, note: 'in price, at least' };
  const text = (minor: number): string => String(signed(fromMinor(minor, digits), digits));
  return {
    text: `${text(money.adverse)} / ${text(money.favourable)}`,
    note: `at least; in price ${prices}`,
  };
}
