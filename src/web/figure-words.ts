/** What a figure is called and what is to be known of it, as its owner reads it (metrics.md §2). */
export interface FigureWords {
  label: string;
  /** how it is made, in words */
  formula: string;
  /** what is counted to make it, and how few of them are too few */
  n: string;
  /** what it tells, and what it does not */
  says: string;
  /** where its kind does not say it */
  unit?: string;
}
