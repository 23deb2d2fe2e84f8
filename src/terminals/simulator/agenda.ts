/** What is going to happen, in order of time; what was arranged first comes first. */
export interface Agenda {
  at: (ms: number, happen: () => void) => void;
  /** Lets everything happen that is due by then, with what it arranges in turn. */
  runTo: (ms: number) => void;
}

interface Entry {
  ms: number;
  order: number;
  happen: () => void;
}

const isEarlier = (a: Entry, b: Entry): boolean => a.ms < b.ms || (a.ms === b.ms && a.order < b.order);

/** There are never more than a few dozen entries: a sorted list is enough. */
export function emptyAgenda(): Agenda {
  const entries: Entry[] = [];
  let count = 0;
  return {
    at: (ms, happen) => {
      const entry = { ms, order: count++, happen };
      let place = entries.length;
      // the next one is kept last, where it is taken from
      for (let other = entries[place - 1]; other && isEarlier(other, entry); other = entries[place - 1])
        place--;
      entries.splice(place, 0, entry);
    },
    runTo: (ms) => {
      for (let next = entries.at(-1); next && next.ms <= ms; next = entries.at(-1)) {
        entries.pop();
        next.happen();
      }
    },
  };
}
