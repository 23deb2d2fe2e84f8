import { Fault } from '../lib/fault.js';
import type { ReportLine } from './report-lines.js';
import type { Question, ReadOptions } from './rows.js';

/** What a report consists of, in the order in which it comes: a head, then rows. */
export type ReportPart = Exclude<ReportLine, { kind: 'progress' | 'refused' | 'done' }>;

export interface ReportJob {
  /** of the file, open for reading; it stays open */
  readonly fd: number;
  readonly options: ReadOptions;
  /** nothing more is read while it has not taken a part */
  onPart(part: ReportPart): Promise<void> | void;
  onProgress?(bytesRead: number, bytes: number): void;
  readonly signal?: AbortSignal;
}

/** A file that can be read once its owner has answered. */
export class UnclearReport extends Fault {
  constructor(
    sentence: string,
    readonly question: Question,
  ) {
    super(422, 'report_unrecognised', sentence);
  }
}

export interface ReportReader {
  /**
   * Reads a report in a child that can do nothing else, one report at a time over all who ask. Rejects with a Fault
   * whose sentence says what to do, an `UnclearReport` where its owner can help; parts that were given until then
   * are void. What `onPart` throws comes through.
   */
  read(job: ReportJob): Promise<void>;
  /** how many are read or wait for it */
  count(): number;
}
