import type { Desk, Query } from './ground.js';

export const sides = ['a', 'b'] as const;
export type Side = (typeof sides)[number];
type Values = Readonly<Record<string, string>>;

const ownOf = (query: Query, side: Side): Query =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      name.startsWith(`${side}.`) ? [[name.slice(2), value]] : [],
    ),
  );

const isStretch = (name: string): boolean => ['period', 'from', 'to'].includes(name);

/**
 * What each side is of: `a.symbol=EURUSD` is of A, and what has no side is of both, but for the stretch of time. Where no
 * side says anything, this month stands beside the one before.
 */
export function readSides(query: Query): Record<Side, Query> {
  const [a, b] = [ownOf(query, 'a'), ownOf(query, 'b')];
  const both = Object.fromEntries(
    Object.entries(query).filter(([name]) => !/^[ab]\./.test(name) && !isStretch(name)),
  );
  if (Object.keys(a).length + Object.keys(b).length === 0)
    return { a: { ...both, period: 'month' }, b: { ...both, period: 'last-month' } };
  return { a: { ...both, ...a }, b: { ...both, ...b } };
}

/** The address of two sides, each with all of its filters. */
export function compareHref(values: Record<Side, Values>, group: string): string {
  const parameters = new URLSearchParams(group === '' ? {} : { group });
  for (const side of sides)
    for (const [name, value] of Object.entries(values[side]))
      if (value !== '') parameters.set(`${side}.${name}`, value);
  const text = parameters.toString();
  return text === '' ? '/analytics/compare' : `/analytics/compare?${text}`;
}

export type Desks = Record<Side, Desk>;

export const groupOf = ({ a, b }: Desks): string => a.more['group'] ?? b.more['group'] ?? '';

/** The same address with one side's filters changed; '' takes one away. */
export const sideHref = (desks: Desks, side: Side, changed: Values): string =>
  compareHref(
    {
      a: desks.a.read.values,
      b: desks.b.read.values,
      [side]: { ...desks[side].read.values, ...changed },
    },
    groupOf(desks),
  );
