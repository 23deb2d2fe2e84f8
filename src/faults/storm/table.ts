import { quantile } from '../../bench/stats.js';
import { kinds, type Kind } from './stage.js';
import type { Storm } from './storm.js';
import { promised, type Strike } from './strikes.js';

/** Whether all was well in time after every kill, nothing was lost or doubled, and nothing ended by itself. */
export const isKept = (storms: readonly Storm[], patience: number): boolean =>
  storms.length > 0 &&
  storms.every(
    ({ strikes, reckoning: { lost, doubled }, falls, odd }) =>
      lost === 0 && doubled === 0 && falls.length === 0 && odd.length === 0 && isInTime(strikes, patience),
  );

const isInTime = (strikes: readonly Strike[], patience: number): boolean =>
  strikes.every(
    ({ pagesMs, terminalsMs }) =>
      (pagesMs ?? 0) <= patience * promised.pagesMs && (terminalsMs ?? 0) <= patience * promised.terminalsMs,
  );

const seconds = (values: readonly number[], share: number): string =>
  (values.length === 0 ? '-' : `${(quantile(values, share) / 1000).toFixed(1)} s`).padStart(10);

const cells = (times: readonly (number | null)[]): string => {
  const known = times.filter((ms) => ms !== null);
  return seconds(known, 0.5) + seconds(known, 1);
};

function kindLine(kind: Kind, all: readonly Strike[]): string {
  const strikes = all.filter((one) => one.kind === kind);
  const amid = strikes.filter((one) => one.pagesMs === null || one.terminalsMs === null).length;
  const counts = String(strikes.length).padStart(4) + String(amid).padStart(6);
  const [pages, terminals] = [strikes.map((one) => one.pagesMs), strikes.map((one) => one.terminalsMs)];
  return `${kind.padEnd(12)}${counts}${cells(pages)}${cells(terminals)}`;
}

const head =
  `${'killed'.padEnd(12)}${'n'.padStart(4)}${'amid'.padStart(6)}` +
  `${'page p50'.padStart(10)}${'worst'.padStart(10)}${'four p50'.padStart(10)}${'worst'.padStart(10)}`;

const sum = (storms: readonly Storm[], of: (storm: Storm) => number): number =>
  storms.reduce((total, one) => total + of(one), 0);

function writesLine(storms: readonly Storm[]): string {
  const counts = new Map<string, number>();
  for (const { acknowledged } of storms)
    for (const [deed, n] of Object.entries(acknowledged)) counts.set(deed, (counts.get(deed) ?? 0) + n);
  const all = [...counts.values()].reduce((total, n) => total + n, 0);
  const parts = [...counts].map(([deed, n]) => `${n} ${deed}`).join(', ');
  const [again, unanswered] = [sum(storms, (one) => one.again), sum(storms, (one) => one.unanswered)];
  return `${all} writes acknowledged (${parts}); ${again} sent again, ${unanswered} never answered`;
}

/** Times are counted from the kill; `amid` are those that another kill came after before all was well. */
export function tableOf(storms: readonly Storm[], patience: number): string {
  const strikes = storms.flatMap((one) => one.strikes);
  const count = (of: (storm: Storm) => number): number => sum(storms, of);
  const words = storms.flatMap(({ reckoning, falls, odd, errors }) => [
    ...reckoning.findings,
    ...falls,
    ...odd,
    ...errors.others,
  ]);
  return [
    head,
    ...kinds.map((kind) => kindLine(kind, strikes)),
    `${strikes.length} kills in ${count(({ minutes }) => minutes).toFixed(0)} minutes, ${storms[0]?.users ?? 0} users`,
    writesLine(storms),
    `${count(({ reckoning }) => reckoning.deals)} deals, ${count((one) => one.newDeals)} of them new; ` +
      `lost ${count(({ reckoning }) => reckoning.lost)}, doubled ${count(({ reckoning }) => reckoning.doubled)}`,
    `${count(({ falls }) => falls.length)} ends of themselves, ${count(({ refusals }) => refusals.length)} starts that ` +
      `failed, ${count(({ odd }) => odd.length)} odd answers; errors in the log: ${count(({ errors }) => errors.outage)} ` +
      `while the database was away, ${count(({ errors }) => errors.others.length)} others`,
    ...words.slice(0, 20).map((line) => `  ${line.slice(0, 400)}`),
    `pages <= ${promised.pagesMs / 1000} s, four terminals <= ${promised.terminalsMs / 1000} s, nothing lost or doubled: ` +
      (isKept(storms, patience) ? 'kept' : 'NOT KEPT'),
  ].join('\n');
}
