import { enums } from './enums.js';
import type { Hello } from './listener.js';
import { protocolVersion } from './protocol.js';

/** Whether a child can be worked with, by what it says of itself. */
export interface Fitness {
  /** null: it can be */
  readonly flaw: 'version-skew' | 'enumerations' | null;
  /** for people; empty where there is no flaw */
  readonly why: string;
  /** enumerations that its package has not: no flaw, as long as nobody meets them */
  readonly missing: readonly string[];
}

/** "5.0.6231" and "MetaTrader 5 build 6231" are of the same build. */
export const buildIn = (version: string | null): number | null => {
  const digits = /(\d+)\D*$/.exec(version ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
};

function skewOf({ protocol, package: version, terminal }: Hello): string | null {
  if (protocol !== protocolVersion) return `it speaks protocol ${protocol}, not ${protocolVersion}`;
  const [has, needs] = [buildIn(version), buildIn(terminal)];
  if (has === null || needs === null || has >= needs) return null;
  return `its package is of build ${has}, its terminal of build ${needs}`;
}

/** Numbers that mean something else than what they are taken for would be read wrongly, and in silence. */
function difference({ enums: theirs }: Hello): string | null {
  const found = Object.entries(enums).find(([name, value]) => name in theirs && theirs[name] !== value);
  if (found === undefined) return null;
  return `its ${found[0]} is ${theirs[found[0]]}, not ${found[1]}`;
}

/** A child without a package, such as a simulator, has no build to compare. */
export function fitnessOf(hello: Hello): Fitness {
  const missing = Object.keys(enums).filter((name) => !(name in hello.enums));
  const skew = skewOf(hello);
  if (skew !== null) return { flaw: 'version-skew', why: skew, missing };
  const why = difference(hello);
  return why === null ? { flaw: null, why: '', missing } : { flaw: 'enumerations', why, missing };
}
