import { formats, type Format } from '../../reports/report.js';
import { timeFrame } from '../../web/tester-words.js';

export const testerDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const formatName = (format: string): string =>
  Object.hasOwn(formats, format) ? formats[format as Format] : 'Tester report';

/** `H1 (2024.01.01 - 2024.06.30)`, also of a period that is printed with more. */
export const shortPeriod = (period: string): string => {
  const frame = timeFrame(period);
  const dates = /\(\d{4}\.\d\d\.\d\d - \d{4}\.\d\d\.\d\d\)$/.exec(period)?.[0];
  return frame === undefined || dates === undefined ? period : `${frame} ${dates}`;
};
