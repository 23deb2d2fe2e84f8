/** What of a row there is room for, in the lines that tell of it and where it is kept. */

/** brokers' own have up to 32 */
export const mostSymbolCharacters = 64;
export const mostNameCharacters = 1_000;
export const mostCommentCharacters = 65_536;
export const mostSmall = 32_767;
export const mostRow = 2_147_483_647;
/** the years that a Date knows */
export const mostMs = 8.64e15;

const most = 2n ** 63n;

/** A decimal with up to 30 digits before its point and behind it. */
export const isDecimal = (text: string): boolean => /^-?\d{1,30}(\.\d{1,30})?$/.test(text);

/** Money that can be reckoned with to the cent, and summed over a life of trades. */
export const isMoney = (text: string): boolean => /^-?\d{1,12}(\.\d{1,30})?$/.test(text);

/** A whole number that a bigint of the database holds. */
export const isBigint = (text: string): boolean =>
  /^-?\d{1,18}$/.test(text) || (/^-?\d{19}$/.test(text) && BigInt(text) < most && BigInt(text) >= -most);

/** The number of an expert, which servers keep without a sign and Python's package gives with one. */
export const isMagic = (text: string): boolean => /^-?\d{1,20}$/.test(text);
