/** A stretch of text; `isHit`: it is what somebody looks for. */
export interface Stretch {
  text: string;
  isHit: boolean;
}

/** A word that is looked for, in small letters, or the beginning of one. */
export interface Wanted {
  word: string;
  isPrefix: boolean;
}

export interface Excerpt {
  parts: Stretch[];
  /** whether there is more before it, and behind it */
  isCutBefore: boolean;
  isCutAfter: boolean;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;

const isWanted = (word: string, wanted: readonly Wanted[]): boolean => {
  const small = word.toLowerCase();
  return wanted.some((one) => (one.isPrefix ? small.startsWith(one.word) : small === one.word));
};

/** The whole text in stretches, which put together are the text again. */
export function marked(text: string, wanted: readonly Wanted[]): Stretch[] {
  const parts: Stretch[] = [];
  let end = 0;
  for (const { 0: word, index } of wanted.length === 0 ? [] : text.matchAll(wordPattern)) {
    if (!isWanted(word, wanted)) continue;
    if (index > end) parts.push({ text: text.slice(end, index), isHit: false });
    parts.push({ text: word, isHit: true });
    end = index + word.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isHit: false });
  return parts;
}

/** Where a cut at or before `at` leaves words and characters whole; `at` itself where a word is very long. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(' ', at);
  if (space > at - 40 && space >= 0) return space + 1;
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

const firstHit = (text: string, wanted: readonly Wanted[]): number => {
  if (wanted.length > 0)
    for (const { 0: word, index } of text.matchAll(wordPattern)) if (isWanted(word, wanted)) return index;
  return 0;
};

/** About `length` characters of a text, from a little before the first hit on, in one line. */
export function excerptOf(text: string, wanted: readonly Wanted[], length: number): Excerpt {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= length) return { parts: marked(line, wanted), isCutBefore: false, isCutAfter: false };
  const hit = firstHit(line, wanted);
  const from =
    hit < length / 2 ? 0 : cutBefore(line, Math.min(hit - Math.floor(length / 4), line.length - length));
  const to = cutBefore(line, from + length);
  return {
    parts: marked(line.slice(from, to).trimEnd(), wanted),
    isCutBefore: from > 0,
    isCutAfter: to < line.length,
  };
}
