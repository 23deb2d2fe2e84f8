/**
 * Text that a spreadsheet could take for a formula gets a `'` in front (OWASP, CSV injection), and so does what follows
 * a semicolon in it. So does text that has one there already before such a character: otherwise nobody could tell later
 * which were ours.
 */

// Also the full-width forms: some spreadsheets read them as the narrow ones.
const trigger = '[=+\\-@;\\t\\r\\0\uff1d\uff0b\uff0d\uff20\uff1b]';
// Where fields end at semicolons, a cell's quotation marks are none to the spreadsheet, and each piece is a cell.
const beforeDanger = new RegExp(`(?<=^|;)(?='*${trigger})`, 'g');
const guards = new RegExp(`(?<=^|;)'(?='*${trigger})`, 'g');

/** What may stand in a cell of a numeric column without a guard. */
export const isPlainNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

export const guarded = (text: string): string => text.replace(beforeDanger, "'");

/** The inverse: `unguarded(guarded(text)) === text` for every text. */
export const unguarded = (text: string): string => text.replace(guards, '');
