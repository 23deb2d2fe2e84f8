/** What a trade carries of whoever made it: MetaTrader's magic number, in digits, and the comment of its opening. */
export interface Mark {
  magic: string;
  comment: string;
}

/** Trades that are one expert's by any of its magic numbers, or by their comment. */
export interface ExpertRule {
  name: string;
  /** in digits without leading zeros */
  magics: readonly string[];
  /** of the whole comment, upper and lower case alike; `*` stands for any text, none included */
  pattern: string | null;
}

/** The name of who trades by hand; as a filter it is written `none`. */
export const byHand = '';
export const noExpert = 'none';
export const isNoExpert = (name: string): boolean => name.trim().toLowerCase() === noExpert;

/** Whether a comment is as a pattern says. */
export function fitsPattern(comment: string, pattern: string): boolean {
  const text = comment.toLowerCase();
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

const isOf = ({ magic, comment }: Mark, { magics, pattern }: ExpertRule): boolean =>
  magics.includes(magic) || (pattern !== null && fitsPattern(comment, pattern));

/** What brokers and terminals write into comments: how a position was closed, and which one it was cut from. */
const brokersMarks = [
  // The end may be missing: comments are cut after 31 letters.
  /\[(?:sl|tp)(?![\p{L}\p{N}])[^\]]*\]?/giu,
  /(?<![\p{L}\p{N}])so:.*$/giu,
  /(?<![\p{L}\p{N}])(?:from|to|close hedge by|partial close)\s*#?\d+(?![\p{L}\p{N}])/giu,
  // Numbers that stand alone: those of a word, such as v3 or M15, belong to it.
  /(?<![\p{L}\p{N}])[#+-]?\d[\d.,:/%]*(?![\p{L}\p{N}])/gu,
  /[([{]\s*[)\]}]/g,
];
const edges = /^[\s_\-#.,:;|/+]+|[\s_\-#.,:;|/+]+$/gu;

const strippedOnce = (text: string): string =>
  brokersMarks
    .reduce((rest, mark) => rest.replace(mark, ' '), text)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(edges, '');

/** What of a comment names its expert; '' where nothing does. Saying it again changes nothing. */
export function nameIn(comment: string): string {
  let [before, name] = [comment, strippedOnce(comment)];
  while (name !== before) [before, name] = [name, strippedOnce(name)];
  return isNoExpert(name) ? byHand : name;
}

const proposedName = ({ magic, comment }: Mark): string =>
  magic === '0' ? nameIn(comment) : `Magic ${magic}`;

/**
 * The name of the expert that made a trade: of the first rule that it fits, else the one that its magic number proposes,
 * else that of its comment (reports list no magic numbers); `byHand` where there is none.
 */
export const expertOf = (mark: Mark, rules: readonly ExpertRule[]): string =>
  rules.find((rule) => isOf(mark, rule))?.name ?? proposedName(mark);

/** The same for many trades of few marks: each mark is looked at once. */
export function expertFinder(rules: readonly ExpertRule[]): (mark: Mark) => string {
  const known = new Map<string, string>();
  return ({ magic, comment }) => {
    const key = `${magic} ${comment}`;
    const name = known.get(key) ?? expertOf({ magic, comment }, rules);
    known.set(key, name);
    return name;
  };
}

const squeezed = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Whether a tester's report tells of an expert of this name: `Experts\Trend EA.ex5` is `trend_ea`. */
export function isSameExpert(name: string, tester: string): boolean {
  const file = tester.split(/[\\/]/).at(-1) ?? '';
  const known = squeezed(file.replace(/\.ex[45]$/i, ''));
  return known !== '' && known === squeezed(name);
}
