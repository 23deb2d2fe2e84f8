import { amount, decimal } from './figures.js';

/** What reports of strategy testers say, as pages show it. */

/** A moment of the tester's clock, which is nobody's: `2024-01-08 02:15:00`. */
export const testerTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** An amount as a spreadsheet keeps it, without the zeros that it adds. */
export const moneyText = (text: string, digits: number): string | null =>
  amount(decimal(Number(text), 8, digits), digits);

/** `H1` of a period that is printed with its days; undefined: it names no frame of time. */
export const timeFrame = (period: string): string | undefined =>
  /\b(M\d{1,2}|H\d{1,2}|D1|W1|MN1?|Daily|Weekly|Monthly)\b/.exec(period)?.[1];
