const mostKnown = 20_000;
const known = new Map<string, string>();

/** The same text, of which one copy does for all: symbols, volumes, costs and comments come again and again. */
export const shared = (text: string): string => {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= mostKnown) known.clear();
  known.set(text, text);
  return text;
};
