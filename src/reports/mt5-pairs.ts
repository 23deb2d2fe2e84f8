import { decimalOf } from './figures-text.js';
import { textsOf } from './row-cells.js';
import type { Row } from './rows.js';

/** A label, without its colon, and what is printed beside it. */
export interface Pair {
  name: string;
  value: string;
}

const labelled = /\s*[:：﹕]$/;
const figure = /^[^()]*?(?:\([^()]*\))?%?$/;

/** Whether a text begins with a number: "12", "1.5%", "105 (51.98%)", "7.62% (16 518.16)". */
export const isFigure = (text: string): boolean =>
  figure.test(text) && decimalOf(text.replace(/\(.*$/, '').replace(/%\s*$/, '').trim()) !== null;

const isLabel = (text: string): boolean => labelled.test(text);

const named = (label: string): string => label.replace(labelled, '');

/** The labels of a row, each with the value that follows it; '' where the next label follows at once. */
export const pairsOf = (row: Row): Pair[] => {
  const pairs: Pair[] = [];
  const texts = textsOf(row);
  for (let at = 0; at < texts.length; at++) {
    const label = texts[at] ?? '';
    const value = texts[at + 1] ?? '';
    if (isFigure(label) || (!isLabel(label) && !isFigure(value))) continue;
    const hasValue = value !== '' && !isLabel(value);
    if (hasValue || isLabel(label)) pairs.push({ name: named(label), value: hasValue ? value : '' });
    if (hasValue) at++;
  }
  return pairs;
};
