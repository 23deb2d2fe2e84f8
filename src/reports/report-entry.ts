/** What RawJournal's own file says was written of the trade of a row. */
export interface ReportEntry {
  row: number;
  notes: string;
  /** '' for none */
  setup: string;
  tags: string[];
}

const longestNotes = 20_000;
const longestName = 40;
const mostTags = 30;

const withoutControls = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');

/** A word as a person could have typed it; '' for what is none. */
const nameIn = (text: string): string => {
  const name = text
    .replace(/[\p{Cc}\p{Cf},]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, longestName)
    .trim();
  return name.toLowerCase() === 'none' ? '' : name;
};

const distinct = (names: readonly string[]): string[] => [
  ...new Map(names.filter((name) => name !== '').map((name) => [name.toLowerCase(), name])).values(),
];

/** What is to be brought back of a row, within what a page would take; null where nothing was written. */
export function entryIn(
  row: number,
  { notes, setup, tags }: { notes: string; setup: string; tags: readonly string[] },
): ReportEntry | null {
  const entry = {
    row,
    notes: withoutControls(notes).slice(0, longestNotes),
    setup: nameIn(setup),
    tags: distinct(tags.map(nameIn)).slice(0, mostTags),
  };
  return entry.notes === '' && entry.setup === '' && entry.tags.length === 0 ? null : entry;
}
