import { isFields, listIn, textIn, type Fields } from './json-fields.js';
import { mappedTable, tableReader } from './mapped-table.js';
import type { JsonFormat } from './readers.js';
import { Refusal, type Row } from './rows.js';

const listNames = ['trades', 'positions', 'history', 'closedTrades', 'closed_trades', 'data', 'items'];

/** The objects of a list of trades, on its own or under one of the usual names. */
const objectsOf = (value: unknown): Fields[] => {
  if (Array.isArray(value)) return (value as unknown[]).filter(isFields);
  if (!isFields(value)) return [];
  const name = listNames.find((name) => listIn(value, name).length > 0);
  return name === undefined ? [] : listIn(value, name).filter(isFields);
};

const namesOf = (objects: readonly Fields[]): string[] => {
  const names = new Set<string>();
  for (const object of objects) for (const name of Object.keys(object)) names.add(name);
  return [...names];
};

const mostNames = 200;

/** The objects as a table: names of fields are its headings, objects its rows, counted from 1. */
const rowsOf = (objects: readonly Fields[]): Row[] => {
  const names = namesOf(objects).slice(0, mostNames);
  const heading = { number: 1, cells: names.map((text, column) => ({ column, text })) };
  const rows = objects.map((object, index) => ({
    number: index + 2,
    cells: names
      .map((name, column) => ({ column, text: textIn(object, name) }))
      .filter(({ text }) => text !== ''),
  }));
  return [heading, ...rows];
};

const headObjects = 64;

const few = (value: unknown): Row[] => rowsOf(objectsOf(value).slice(0, headObjects));

/**
 * A list of objects, one a trade, whose names of fields say what they hold: `openTime`, `open_time`, `entryDate`,
 * `volume`, `lots` and their like; times as text, or in seconds or milliseconds since 1970. Rows are objects, from 1.
 */
export const jsonTrades: JsonFormat = {
  recognises: (value) => mappedTable.recognises(few(value)),
  read: (value, options) => {
    const rows = rowsOf(objectsOf(value));
    if (rows.length < 2)
      throw new Refusal('There is no list of trades in this JSON. Export the trades again.');
    const reader = tableReader(rows.slice(0, headObjects + 1), options, 'json-trades');
    for (const row of rows) reader.row(row);
    const report = reader.end();
    const asObject = <T extends { row: number | null }>(one: T): T =>
      one.row === null ? one : { ...one, row: one.row - 1 };
    return {
      ...report,
      positions: report.positions.map(asObject),
      cash: report.cash.map(asObject),
      problems: report.problems.map(asObject),
    };
  },
};
