import { childCommand, inDist, type Command, type Surroundings } from './child-wall.js';

/** With what node itself takes for stack and code, this stays within 300 MB. */
const heapMb = 208;

const reader = inDist('reports/child.js');

/** How the reader of reports is started. */
export const readerCommand = (surroundings: Surroundings, options: string): Command =>
  childCommand(surroundings, {
    script: surroundings.script ?? reader,
    args: [options],
    flags: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=8'],
  });
