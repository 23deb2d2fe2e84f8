import { count } from '../../web/words.js';
import type { Asker, ExpertDesk } from './desk.js';
import { byHandHref, rowOf } from './words.js';

/** Every expert in a row for each kind of money that it made, and the rules in the order in which they are tried. */
export function listView({ rules, groups }: ExpertDesk, { timeZone, now }: Asker) {
  const named = new Set(groups.flatMap(({ experts }) => experts.map(({ name }) => name)));
  const silent = groups.flatMap(({ experts }) => experts.filter(({ silence }) => silence.kind === 'silent'));
  return {
    isEmpty: groups.length === 0 && rules.length === 0,
    note: [count(named.size, 'EA'), ...(silent.length === 0 ? [] : [`${silent.length} silent`])].join(' · '),
    groups: groups.map(({ category, currency, digits, experts, byHand }) => ({
      title: `${category} ${currency}`,
      currency,
      note: byHand === 0 ? '' : `${count(byHand, 'trade')} of no EA`,
      byHandHref,
      rows: experts.map((deeds) => rowOf(deeds, { digits, timeZone, now })),
    })),
    rules: rules.map(({ id, name, magics, pattern }, at) => ({
      ...{ id, name, isFirst: at === 0, isLast: at === rules.length - 1 },
      says: [
        ...(magics.length === 0 ? [] : [`magic ${magics.join(', ')}`]),
        ...(pattern === null ? [] : [`comment ${pattern}`]),
      ].join(' or '),
      isIdle: !named.has(name),
    })),
  };
}
