/** What somebody wrote of a trade. */
export interface Note {
  /** the last that was acknowledged; null: none was */
  said: string | null;
  /** how many different ones were */
  version: number;
  /** sent since, and never answered */
  perhaps: string | null;
}

export const deeds = ['trade by form', 'trade by API', 'note by form', 'note by API', 'tag'] as const;
export type Deed = (typeof deeds)[number];

/** Everything that was acknowledged to anybody, and what may have been done without a word. */
export class Book {
  /** trades entered by hand, by their comments, each of which is written once: kept, or perhaps kept */
  readonly trades = new Map<string, 'kept' | 'perhaps'>();
  /** by trade */
  readonly notes = new Map<string, Note>();
  readonly tags = new Map<string, Set<string>>();
  readonly acknowledged = new Map<Deed, number>(deeds.map((deed) => [deed, 0]));
  /** sendings of what was sent before */
  again = 0;
  /** answers that no outage explains */
  readonly odd: string[] = [];

  acknowledge(deed: Deed): void {
    this.acknowledged.set(deed, (this.acknowledged.get(deed) ?? 0) + 1);
  }

  noteOf(tradeId: string): Note {
    const note = this.notes.get(tradeId) ?? { said: null, version: 0, perhaps: null };
    this.notes.set(tradeId, note);
    return note;
  }

  tagged(tradeId: string, name: string): void {
    this.tags.set(tradeId, (this.tags.get(tradeId) ?? new Set()).add(name));
  }
}
