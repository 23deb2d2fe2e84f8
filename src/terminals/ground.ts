/** What terminals stand on, as an administrator is told: with a red one they are not started. */
export interface Finding {
  readonly name: string;
  readonly level: 'green' | 'amber' | 'red';
  readonly says: string;
  /** what to do about it; null where nothing is to be done */
  readonly fix: string | null;
}
