import { type ListRecord, textOf } from './trade-field.js';

const entry = /entry|entrada|einstieg|entrée|entrata|вход|进场|進場|エントリー|진입|giriş/i;
const exit = /exit|salida|saída|ausstieg|sortie|uscita|выход|出场|出場|離場|决済|決済|청산|çıkış/i;
const long = /long|largo|comprad|лонг|длинн|多|ロング|롱|매수|uzun/i;
const short = /short|corto|vendid|шорт|коротк|空|ショート|숏|매도|kısa/i;

interface Pair {
  entry: ListRecord | null;
  exit: ListRecord | null;
}

const sideOf = (type: string): string => (long.test(type) ? 'long' : short.test(type) ? 'short' : type);

/** The number of a trade only counts within its list: it says nothing beside another one. */
const joined = ({ entry, exit }: Pair): ListRecord[] => {
  const first = entry ?? exit;
  if (first === null) return [];
  return [
    {
      row: first.row,
      texts: {
        symbol: first.texts.symbol ?? [],
        side: [sideOf(textOf(first, 'side'))],
        comment: [textOf(first, 'comment')],
        volume: (exit ?? first).texts.volume ?? [],
        openedAt: entry?.texts.openedAt ?? [],
        openPrice: entry?.texts.openPrice ?? [],
        closedAt: isOpen(exit) ? [] : (exit?.texts.openedAt ?? []),
        closePrice: isOpen(exit) ? [] : (exit?.texts.openPrice ?? []),
        net: exit?.texts.net ?? [],
      },
    },
  ];
};

/** A trade that still runs has an exit named so, at the last price. */
const isOpen = (exit: ListRecord | null): boolean =>
  exit === null || textOf(exit, 'comment').toLowerCase() === 'open' || textOf(exit, 'openPrice') === '';

/** The two rows of each trade, its exit above its entry or below it, as one. */
export const entriesWithExits = (records: ListRecord[]): ListRecord[] => {
  const pairs = new Map<string, Pair>();
  for (const record of records) {
    const number = textOf(record, 'id');
    const pair = pairs.get(number) ?? { entry: null, exit: null };
    pairs.set(number, pair);
    const type = textOf(record, 'side');
    if (exit.test(type)) pair.exit ??= record;
    else if (entry.test(type)) pair.entry ??= record;
  }
  return [...pairs.values()].flatMap(joined);
};
