/**
 * What a whole point of the price is worth in US dollars, for one contract: the specifications of CME Group's contracts
 * (contract unit times the currency of its quotation). Grains are quoted in cents.
 */
const points: ReadonlyMap<string, string> = new Map([
  ['ES', '50'],
  ['MES', '5'],
  ['NQ', '20'],
  ['MNQ', '2'],
  ['YM', '5'],
  ['MYM', '0.5'],
  ['RTY', '50'],
  ['M2K', '5'],
  ['CL', '1000'],
  ['MCL', '100'],
  ['QM', '500'],
  ['NG', '10000'],
  ['GC', '100'],
  ['MGC', '10'],
  ['SI', '5000'],
  ['SIL', '1000'],
  ['HG', '25000'],
  ['6E', '125000'],
  ['M6E', '12500'],
  ['6B', '62500'],
  ['6A', '100000'],
  ['6C', '100000'],
  ['6S', '125000'],
  ['ZC', '50'],
  ['ZS', '50'],
  ['ZW', '50'],
]);

const contract = /^([A-Z0-9]{2,3})[FGHJKMNQUVXZ]\d{1,2}$/;

/** For a symbol such as MESZ4 or NQH25. Null: a contract that is not known here. */
export const pointValueOf = (symbol: string): string | null =>
  points.get(contract.exec(symbol.trim().toUpperCase())?.[1] ?? '') ?? null;
