/** Marks of a heading, a list or a quotation at the beginning of a line, and of stress within it. */
const marks = /^\s*(?:#{1,6}\s+|[-*+>]\s+|\d+[.)]\s+)+|\*\*|__|`/g;

/** The first line that says something, as plain text; '' where there is none. */
export const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(marks, '').trim())
    .find((line) => line !== '') ?? '';
