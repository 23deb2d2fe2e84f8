import { CsvError, parse, type Parser } from 'csv-parse';
import { cellCount, joined, own, shown } from './cell-text.js';
import type { ReportFile } from './report-file.js';
import { Refusal, type Cell, type Row } from './rows.js';
import { readText } from './text-stream.js';

const delimiters = [',', ';', '\t', '|'] as const;
const lookCharacters = 64 * 1024;
const mostRecordCharacters = 1024 * 1024;

/** How often a delimiter stands outside of quotes. */
const count = (line: string, delimiter: string): number =>
  line.replace(/"[^"]*"/g, '').split(delimiter).length - 1;

/** In how many lines a delimiter stands as often as in most of them, and how often. */
function agreement(lines: readonly string[], delimiter: string): [lines: number, times: number] {
  const seen = new Map<number, number>();
  for (const times of lines.map((line) => count(line, delimiter)).filter((times) => times > 0))
    seen.set(times, (seen.get(times) ?? 0) + 1);
  return [...seen]
    .map(([times, agreeing]): [number, number] => [agreeing, times])
    .reduce(
      (best, one) => (one[0] > best[0] || (one[0] === best[0] && one[1] > best[1]) ? one : best),
      [0, 0],
    );
}

/** Notes and comments in the table that RawJournal writes hold what their writer wanted, line breaks among it. */
const isOurs = (start: string): boolean =>
  start.replace('\ufeff', '').startsWith('id,account,source,symbol,');

/** The character between the fields, by the first lines: the one that most lines hold equally often. */
export function delimiterOf(start: string): string {
  const [first = '', ...others] = start.split(/\r\n|\n|\r/, 30);
  const named = /^"?sep=(.)"?$/i.exec(first)?.[1];
  if (named !== undefined) return named;
  if (isOurs(first)) return ',';
  const lines = [first, ...others].filter((line) => line.trim() !== '');
  const scored = delimiters.map((delimiter) => ({ delimiter, score: agreement(lines, delimiter) }));
  const [best] = scored.sort((one, other) => other.score[0] - one.score[0] || other.score[1] - one.score[1]);
  return best?.delimiter ?? ',';
}

function sentence(error: CsvError): Refusal {
  return error.code === 'CSV_MAX_RECORD_SIZE'
    ? new Refusal('A line of this file is longer than 1 MB: this is no table of trades.')
    : new Refusal('The table cannot be read: a quotation mark is missing. Save it as CSV again.');
}

const isNamed = (cells: readonly Cell[]): boolean =>
  cells.length === 1 && /^sep=.?$/i.test(cells[0]?.text ?? '');

/** As it stands there, but for what no database keeps. */
const asWritten = (field: string): string => own(field.replaceAll('\0', ''));

/** Turns the fields of each line into a row; lines without any text are counted, and not there. */
function rowMaker(
  sink: (row: Row) => void,
  textOf: (field: string) => string,
): (fields: readonly string[]) => void {
  const countCell = cellCount();
  let number = 0;
  return (fields) => {
    number += 1;
    const cells: Cell[] = [];
    fields.forEach((field, column) => {
      countCell(column);
      const text = textOf(joined('', field));
      if (text !== '') cells.push({ column, text });
    });
    if (cells.length > 0 && !(number === 1 && isNamed(cells))) sink({ number, cells });
  };
}

function csvParser(delimiter: string, onFields: (fields: readonly string[]) => void): Parser {
  return parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: mostRecordCharacters,
    // Nothing is kept: rows go on at once, and the parser's own output stays empty.
    on_record: (fields: string[]) => {
      onFields(fields);
      return null;
    },
  });
}

/** The parser reports a failure later than the write that caused it: `check` throws it. */
function writing(delimiter: string, onFields: (fields: readonly string[]) => void) {
  const parser = csvParser(delimiter, onFields);
  let failure: Error | null = null;
  const check = (): void => {
    if (failure !== null) throw failure instanceof CsvError ? sentence(failure) : failure;
  };
  const done = new Promise<void>((resolve) => {
    parser.once('error', (error) => {
      failure = error;
      resolve();
    });
    parser.once('end', resolve);
  });
  return {
    write: (text: string): void => {
      check();
      parser.write(text);
    },
    end: async (): Promise<void> => {
      check();
      parser.end();
      parser.resume();
      await done;
      check();
    },
  };
}

/**
 * The rows of a table in plain text with commas, semicolons, tabs or bars between the fields, quoted where need be.
 * Empty cells and lines are not there. Throws a Refusal.
 */
export async function csvRows(file: ReportFile, sink: (row: Row) => void): Promise<void> {
  let start = '';
  const state: { parser: ReturnType<typeof writing> | null } = { parser: null };
  const begin = (): ReturnType<typeof writing> => {
    const row = rowMaker(sink, isOurs(start) ? asWritten : shown);
    const begun = writing(delimiterOf(start), row);
    begun.write(start);
    return begun;
  };
  await readText(file, (text) => {
    if (state.parser !== null) state.parser.write(text);
    else start += text;
    if (start.length > lookCharacters) state.parser ??= begin();
  });
  await (state.parser ?? begin()).end();
}
