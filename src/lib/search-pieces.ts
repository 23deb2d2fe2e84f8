/** A piece of what somebody looks for: a word, or several between quotation marks, in their order. */
export interface Piece {
  text: string;
  /** it may be the beginning of a longer word */
  isOpen: boolean;
}

const quotes = /["\u201c\u201d\u201e\u00ab\u00bb]/u;

/**
 * What is typed into a search field, in pieces: `late "moved the stop" lon` → `late`, `moved the stop`, `lon…`. The last
 * word may still be typed, unless a quotation mark ends it; a mark that is never closed closes at the end.
 */
export function piecesOf(typed: string): Piece[] {
  const parts = typed.split(quotes);
  const pieces = parts.flatMap((part, index) => {
    const texts = index % 2 === 1 ? [part.trim()] : part.trim().split(/\s+/);
    return texts.filter((text) => text !== '').map((text) => ({ text, index }));
  });
  const last = pieces.at(-1);
  const isEnded = last !== undefined && last.index % 2 === 1 && last.index < parts.length - 1;
  return pieces.map(({ text }, at) => ({ text, isOpen: at === pieces.length - 1 && !isEnded }));
}
