import { killRound, parentRound, prefixRound, type Round } from '../testing/wine-rounds.js';
import { makePrefixes, newStateFolder } from '../testing/wine.js';
import type { Fault } from './fault.js';

type OneRound = (root: string, random: () => number) => Promise<Round>;

const parentSlots = 4;

/** Trees of Windows programs under real Wine: a round throws where something is left after a second. */
const faultOf = (name: string, slots: number, round: OneRound): Fault => ({
  name,
  promise: 'nothing of it is left after 1 s',
  needs: 'wine',
  run: async ({ times, random, onSeen }) => {
    const { root, remove } = await newStateFolder();
    try {
      await makePrefixes(root, slots);
      for (let turn = 0; turn < times; turn += 1) {
        const { goneMs } = await round(root, random);
        onSeen({ ms: goneMs, lost: 0, doubled: 0, disturbed: 0, isKept: true });
      }
    } finally {
      await remove();
    }
  },
});

/** The suite has a few rounds of each among its own tests. */
export const wineFaults: readonly Fault[] = [
  faultOf('wine-killed', 1, killRound),
  faultOf('wine-prefix', 0, prefixRound),
  faultOf('wine-parent', parentSlots, (root, random) =>
    parentRound(root, parentSlots, random() < 0.5 ? null : Math.floor(random() * 3_000)),
  ),
];
