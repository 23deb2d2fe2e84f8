import type { MeasureFacts } from '../../web/measure-words.js';
import type { EngineFacts } from '../../web/queue-words.js';

/** green: all well · amber: advice · red: broken, pages serve · down: no pages, or no database */
export type Level = 'green' | 'amber' | 'red' | 'down';

export interface Check {
  name: string;
  level: Level;
  says: string;
  /** what to do about it; null where nothing is to be done */
  fix: string | null;
}

export interface ProcessFacts {
  url: string;
  startedAt: string;
  uptimeS: number;
  rssBytes: number;
}

export interface Status extends EngineFacts {
  version: string;
  /** when this was read, ISO 8601 UTC */
  at: string;
  level: Level;
  /** null when the web process does not answer */
  process: ProcessFacts | null;
  /** of the last hour and day; null: it cannot be seen from here */
  measures: MeasureFacts | null;
  checks: Check[];
}

const order: readonly Level[] = ['green', 'amber', 'red', 'down'];

/** The worst level of all checks. */
export const overall = (checks: readonly Check[]): Level =>
  order[Math.max(0, ...checks.map((check) => order.indexOf(check.level)))] ?? 'green';

/** 0: nothing is red. 1: something is red but pages serve. 2: the web or the database is down. */
export const exitCode = (level: Level): 0 | 1 | 2 => (level === 'down' ? 2 : level === 'red' ? 1 : 0);

const marks: Record<Level, string> = { green: 'ok  ', amber: 'note', red: 'RED ', down: 'DOWN' };

/** One screen of text; every line that is not green says what to do. */
export const asText = (status: Status): string =>
  [
    `RawJournal ${status.version} · ${status.at}`,
    ...status.checks.flatMap(({ name, level, says, fix }) => [
      `${marks[level]}  ${name.padEnd(12)} ${says}`,
      ...(fix === null ? [] : [`${' '.repeat(19)}→ ${fix}`]),
    ]),
  ].join('\n');
