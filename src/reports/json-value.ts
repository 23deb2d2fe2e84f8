import { megabyte, type ReportFile } from './report-file.js';
import { Refusal } from './rows.js';
import { readText } from './text-stream.js';

const mostDepth = 64;
const mostValues = 2_000_000;
const mostCharacters = 96 * megabyte;
const mostStringCharacters = megabyte;

const refused = {
  depth: 'This JSON is nested more than 64 deep, which no report is.',
  values: 'This JSON holds more than 2 million values. Export a shorter period.',
  size: 'This JSON holds more than 96 MB of text. Export a shorter period.',
  string: 'A text in this JSON is longer than 1 MB: this is not a report.',
  damaged: 'This file is damaged. Export the report again.',
  invalid: 'This JSON cannot be read: it is cut off or not valid. Export it again.',
} as const;

const refuse = (why: keyof typeof refused): never => {
  throw new Refusal(refused[why]);
};

/** Strings, what breaks off at the end, whole numbers of many figures, white space, marks. */
const tokens =
  /"[^"\\]*(?:\\[^][^"\\]*)*"|("[^]*|-?\d[-+.\deE]*$)|(?<![-+.\deE])-?\d{16,}(?![-+.\deE])|\s+|[{}[\],]/g;

/** Counts what will take memory, before anything is made of it. */
function weighing(): (mark: string) => void {
  let [depth, values] = [0, 1];
  return (mark) => {
    if (mark === '{' || mark === '[') depth += 1;
    if (mark === '}' || mark === ']') depth -= 1;
    else values += 1;
    if (depth > mostDepth) refuse('depth');
    if (values > mostValues) refuse('values');
  };
}

/** Takes JSON chunk by chunk, and gives it back with little white space and long numbers in quotes. */
function tidying(keep: (text: string) => void): { write(text: string): void; end(): void } {
  const weigh = weighing();
  let open = '';
  const tidied = (token: string, broken: string | undefined): string => {
    if (broken !== undefined) {
      open = broken;
      return '';
    }
    const first = token[0] ?? '';
    if ('{}[],'.includes(first)) weigh(first);
    else if (/[-\d]/.test(first)) return `"${token}"`;
    else if (first !== '"') return ' ';
    return token;
  };
  const write = (text: string): void => {
    const whole = open + text;
    open = '';
    keep(whole.replace(tokens, tidied));
    if (open.length > mostStringCharacters) refuse('string');
  };
  return { write, end: () => keep(open) };
}

/**
 * The value of a file of JSON, in which whole numbers of 16 figures and more, which a double may not hold, are text.
 * Throws a Refusal: not valid, over 64 deep, over 2 million values, over 256 MB or 96 MB without its white space.
 */
export async function jsonValue(file: ReportFile): Promise<unknown> {
  const pieces: string[] = [];
  let characters = 0;
  const tidy = tidying((piece) => {
    characters += piece.length;
    if (characters > mostCharacters) refuse('size');
    pieces.push(piece);
  });
  await readText(file, (text) => tidy.write(text));
  tidy.end();
  const text = pieces.join('');
  pieces.length = 0;
  if (text.includes('\\u0000')) refuse('damaged');
  try {
    return JSON.parse(text);
  } catch {
    return refuse('invalid');
  }
}
