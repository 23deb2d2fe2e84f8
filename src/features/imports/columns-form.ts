import { z } from 'zod';
import type { Row } from '../../reports/rows.js';
import { proposalOf } from '../../reports/trade-lists/proposed-mapping.js';
import { tradeFields, type TradeField } from '../../reports/trade-lists/trade-field.js';
import { nameField, readForm, textField, type Form, type Typed } from '../../web/form.js';
import type { Answer } from './question.js';

/** The form in which a person says which column of a table holds what, or of which symbol a list is. */

/** Fields with a column of their own, and two for times whose hours stand apart from their dates. */
const columnNames = [...tradeFields, 'openedHour', 'closedHour'] as const;
export type ColumnName = (typeof columnNames)[number];

/** `#3`: the third column; '': none */
const column = z
  .string()
  .regex(/^(#\d{1,4})?$/, { error: 'Choose a column from the list.' })
  .default('');
const columnShape = Object.fromEntries(columnNames.map((name) => [name, column])) as Record<
  ColumnName,
  typeof column
>;
const columnsForm = z.object({
  ...columnShape,
  oneSymbol: textField(40).default(''),
  noHeadings: z.literal('yes').optional(),
});
const symbolForm = z.object({ oneSymbol: nameField(40) });

type Columns = z.infer<typeof columnsForm>;

const needed: readonly TradeField[] = ['side', 'volume', 'openedAt', 'openPrice', 'closedAt', 'closePrice'];

function errorsIn(values: Columns): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const name of needed) if (values[name] === '') errors[name] = 'Choose its column.';
  if (values.symbol === '' && values.oneSymbol === '')
    errors['symbol'] = 'Choose its column, or name the one symbol below.';
  if (values.profit === '' && values.net === '') errors['profit'] = 'Choose this one or the net result.';
  return errors;
}

const joined = (date: string, hour: string): string => (hour === '' ? date : `${date} + ${hour}`);

function mappingOf(values: Columns): Answer['mapping'] {
  const said: Partial<Record<TradeField, string>> = {
    ...Object.fromEntries(tradeFields.map((field) => [field, values[field]])),
    openedAt: joined(values.openedAt, values.openedHour),
    closedAt: joined(values.closedAt, values.closedHour),
    symbol: values.symbol === '' ? `=${values.oneSymbol}` : values.symbol,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
}

/** What a person says of the columns of a table with that head. */
export function readColumns(body: unknown, head: readonly Row[]): Form<Answer> {
  const read = readForm(columnsForm, body);
  if (!read.ok) return read;
  const { values, typed } = read;
  const errors = errorsIn(values);
  if (Object.keys(errors).length > 0) return { ok: false, errors, typed };
  const headingRow = values.noHeadings === 'yes' ? 0 : (head[0]?.number ?? 0);
  return { ok: true, values: { mapping: mappingOf(values), headingRow }, typed };
}

export function readSymbol(body: unknown): Form<Answer> {
  const read = readForm(symbolForm, body);
  return read.ok ? { ...read, values: { mapping: { symbol: `=${read.values.oneSymbol}` } } } : read;
}

const apart = (said = ''): readonly [string, string] => {
  const [date = '', hour = ''] = said.split(' + ');
  return [date, hour];
};

/** What stood in the form when it was answered. */
function typedOf({ mapping, headingRow }: Answer): Typed {
  const [openedAt, openedHour] = apart(mapping['openedAt']);
  const [closedAt, closedHour] = apart(mapping['closedAt']);
  const symbol = mapping['symbol'] ?? '';
  const one = symbol.startsWith('=') ? { symbol: '', oneSymbol: symbol.slice(1) } : { symbol, oneSymbol: '' };
  return {
    ...mapping,
    ...{ openedAt, openedHour, closedAt, closedHour },
    ...one,
    ...(headingRow === 0 ? { noHeadings: 'yes' } : {}),
  };
}

const proposed = (head: readonly Row[]): Typed =>
  Object.fromEntries(
    [...(proposalOf(head.slice(0, 1))?.columns ?? [])].map(([field, at]) => [field, `#${at + 1}`]),
  );

const letters = (at: number): string =>
  (at < 26 ? '' : letters(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));

/** The first rows as a table, column by column, and what stands in the form: typed, answered before, or proposed. */
export function columnsView(
  head: readonly Row[],
  { typed, answer }: { typed: Typed | null; answer: Answer | null },
) {
  const used = [...new Set(head.flatMap(({ cells }) => cells.map((cell) => cell.column)))].sort(
    (a, b) => a - b,
  );
  const textAt = ({ cells }: Row, at: number): string => cells.find((cell) => cell.column === at)?.text ?? '';
  const [first] = head;
  return {
    letters: used.map(letters),
    rows: head.map((row) => ({ number: row.number, texts: used.map((at) => textAt(row, at)) })),
    options: [
      { value: '', label: '—' },
      ...used.map((at) => ({
        value: `#${at + 1}`,
        label: `${letters(at)}  ${first === undefined ? '' : textAt(first, at)}`.trimEnd().slice(0, 60),
      })),
    ],
    typed: typed ?? (answer === null ? proposed(head) : typedOf(answer)),
  };
}
