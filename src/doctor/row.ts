/** What became of one check. */
export type Result = 'pass' | 'fail' | 'not run';

export interface Row {
  /** of the list of what nobody has verified yet: D1 to D15; null: it is not on it */
  id: string | null;
  name: string;
  result: Result;
  /** what was found, with versions */
  says: string;
  /** how to mend it, or to have it run; null where it passed */
  todo: string | null;
}

/** One run of all checks. */
export interface Report {
  /** of RawJournal */
  version: string;
  /** when it was made, ISO 8601 UTC */
  at: string;
  /** the machine in a line */
  machine: string;
  rows: Row[];
}

/** Words may come out of a prefix: no control characters, and not without end. */
const plain = (text: string): string =>
  text
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 400);

type Name = Pick<Row, 'id' | 'name'>;

export const named = (name: string, id: string | null = null): Name => ({ id, name });
export const passed = (name: Name, says: string): Row => ({
  ...name,
  result: 'pass',
  says: plain(says),
  todo: null,
});
export const failed = (name: Name, says: string, todo: string): Row => ({
  ...name,
  result: 'fail',
  says: plain(says),
  todo: plain(todo),
});
export const notRun = (name: Name, says: string, todo: string): Row => ({
  ...name,
  result: 'not run',
  says: plain(says),
  todo: plain(todo),
});

/** Where a terminal is newer than its package: the one that lies here would only be put there again. */
export const upgrade =
  'Upgrade RawJournal, with which a newer package comes, then stop it, run wine/provision.sh --anew, and start it.';

/** 0: nothing failed. */
export const exitCode = ({ rows }: Report): 0 | 1 => (rows.some(({ result }) => result === 'fail') ? 1 : 0);

const marks: Record<Result, string> = { pass: 'pass   ', fail: 'FAIL   ', 'not run': 'not run' };
const nameWidth = 22;
const indent = ' '.repeat('not run  D15  '.length + nameWidth + 1);

/** What is to be done is said once for neighbours that need the same. */
const lines = ({ id, name, result, says, todo }: Row, at: number, rows: readonly Row[]): string[] => [
  `${marks[result]}  ${(id ?? '').padEnd(3)}  ${name.padEnd(nameWidth)} ${says}`,
  ...(todo === null || rows[at + 1]?.todo === todo ? [] : [`${indent}→ ${todo}`]),
];

const count = ({ rows }: Report, wanted: Result): number =>
  rows.filter(({ result }) => result === wanted).length;

/** One screen; whatever did not pass says what to do. */
export const asText = (report: Report): string =>
  [
    `RawJournal ${report.version} · doctor · ${report.at}`,
    report.machine,
    ...report.rows.flatMap(lines),
    `${count(report, 'pass')} passed, ${count(report, 'fail')} failed, ${count(report, 'not run')} not run.`,
  ].join('\n');
