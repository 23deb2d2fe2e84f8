import { hourMs } from '../lib/clock.js';
import { buildIn } from '../terminals/fitness.js';
import type { Spread } from '../terminals/switches.js';
import { span } from '../web/figures.js';
import { failed, named, notRun, passed, upgrade, type Row } from './row.js';
import type { RunningFacts, SlotFacts } from './running.js';

const serving: readonly SlotFacts['state'][] = ['ready', 'logging in', 'syncing'];
const broken: readonly SlotFacts['state'][] = ['quarantined', 'version-skew', 'offline', 'backoff'];

const start = 'Start RawJournal: npm start';
const withTerminals = 'Start RawJournal with TERMINALS=wine.';

function statesRow({ slots, ground }: RunningFacts): Row {
  const name = named('terminals');
  const obstacle = ground.find(({ level }) => level === 'red');
  if (obstacle !== undefined)
    return failed(name, `none is started: ${obstacle.says}`, obstacle.fix ?? withTerminals);
  const says = slots.map(({ number, state }) => `${number} ${state}`).join(', ');
  const ill = slots.filter(({ state }) => broken.includes(state));
  if (ill.length > 0)
    return failed(
      name,
      [
        says,
        ...ill.map(({ number, lastEnd }) => `${number} ended because ${lastEnd ?? 'nobody knows'}`),
      ].join('; '),
      `Look for “Terminal ${ill.map(({ number }) => number).join('”, “Terminal ')}” in the log, and into its terminal.log.`,
    );
  if (slots.some(({ state }) => serving.includes(state))) return passed(name, says);
  return notRun(name, says, 'Wait: a start takes up to two minutes.');
}

const versions = named('versions fit together');

/** `builds`: what lies in the prefixes of slot 1, 2, …; null where it is not known. */
function versionsRow({ slots }: RunningFacts, builds: readonly (string | null)[]): Row {
  const said = slots.filter(({ bridge }) => bridge !== null);
  const says = said.map(
    ({ number, bridge, package: version }) =>
      `${number}: bridge ${bridge ?? ''}, package ${version ?? 'none'}, terminal ${builds[number - 1] ?? 'unknown'}`,
  );
  const skewed = slots.filter(({ fitness, number, package: version }) => {
    const [needs, has] = [buildIn(builds[number - 1] ?? null), buildIn(version)];
    return fitness?.flaw === 'version-skew' || (needs !== null && has !== null && has < needs);
  });
  if (skewed.length > 0)
    return failed(
      versions,
      [...says, ...skewed.map(({ number, fitness }) => `${number}: ${fitness?.why ?? ''}`)].join('; '),
      upgrade,
    );
  if (said.length === 0) return notRun(versions, 'no terminal has introduced itself', 'Run this again soon.');
  return passed(versions, [...new Set(says.map((one) => one.replace(/^\d+: /, '')))].join('; '));
}

const enumerations = named('enumerations', 'D2');

function enumerationsRow({ slots }: RunningFacts): Row {
  const known = slots.flatMap(({ number, fitness }) => (fitness === null ? [] : [{ number, ...fitness }]));
  const wrong = known.filter(({ flaw }) => flaw === 'enumerations');
  if (wrong.length > 0)
    return failed(
      enumerations,
      wrong.map(({ number, why }) => `terminal ${number}: ${why}`).join('; '),
      'This package numbers things anew: do not use it, and tell the project.',
    );
  const lacks = [...new Set(known.flatMap(({ missing }) => missing))];
  if (lacks.length > 0)
    return failed(
      enumerations,
      `the package lacks ${lacks.join(', ')}`,
      'Nothing is misread while nobody meets them; tell the project.',
    );
  if (known.length === 0)
    return notRun(enumerations, 'no terminal has introduced itself', 'Run this again soon.');
  return passed(enumerations, `as expected in ${known.length} terminal${known.length === 1 ? '' : 's'}`);
}

/** One for the desktop, and a second for a moment; Wine 10 is known to breed them. */
const mostExplorers = 4;

function weightRow(slot: SlotFacts, recycleBytes: number): Row {
  const { number, rssBytes, ageMs, explorers, restarts } = slot;
  const name = named(`terminal ${number} by the hour`, 'D12');
  if (slot.state === 'stopped')
    return notRun(name, 'it rests', 'It starts when an account for prices is set.');
  if (rssBytes === null || ageMs === null)
    return notRun(name, `${slot.state}, not weighed yet`, 'Run this again in a minute.');
  const weight = `${Math.round(rssBytes / 1024 ** 2)} MB after ${span(ageMs / 1_000)}`;
  const says = `${weight}, ${explorers} explorer.exe, ${restarts} restart${restarts === 1 ? '' : 's'}`;
  if (explorers > mostExplorers)
    return failed(name, says, `Run: rawjournal terminal restart ${number}; and tell the project.`);
  if (rssBytes > recycleBytes)
    return failed(
      name,
      `${says}; it starts anew above ${Math.round(recycleBytes / 1024 ** 2)} MB`,
      'If the machine has more to give, set TERMINAL_RECYCLE_MB and TERMINAL_KILL_MB.',
    );
  if (ageMs >= hourMs) return passed(name, says);
  return notRun(name, says, 'Run this again when it is an hour old, and after a day.');
}

const spread = (kind: string, spreads: readonly Spread[]): string => {
  const n = spreads.reduce((sum, one) => sum + one.n, 0);
  const medians = spreads.flatMap(({ p50 }) => (p50 === null ? [] : [p50]));
  if (medians.length === 0) return `${kind}: none`;
  const [least, most] = [Math.min(...medians), Math.max(...medians)].map((ms) => (ms / 1_000).toFixed(1));
  return `${kind}: ${least === most ? '' : `${least ?? ''} to `}${most ?? ''} s (n=${n})`;
};

function switchesRow({ slots }: RunningFacts): Row {
  const name = named('switches so far');
  const all = slots.map(({ switchMs }) => switchMs);
  const says = [
    spread(
      'inside a server',
      all.map(({ same }) => same),
    ),
    spread(
      'across',
      all.map(({ other }) => other),
    ),
  ].join(', ');
  if (all.some(({ same, other }) => same.n + other.n > 0)) return passed(name, says);
  return notRun(name, says, 'Have accounts read: rawjournal sync --all --wait');
}

const all = [named('terminals'), versions, enumerations, named('each by the hour', 'D12')];

export const rowsWithoutProgram = (): Row[] =>
  [...all, named('switches so far')].map((name) => notRun(name, 'RawJournal does not run here', start));

export function runningRows(facts: RunningFacts, builds: readonly (string | null)[]): Row[] {
  if (facts.slots.length === 0)
    return all.map((name) => notRun(name, 'it runs without terminals', withTerminals));
  return [
    statesRow(facts),
    versionsRow(facts, builds),
    enumerationsRow(facts),
    ...facts.slots.map((slot) => weightRow(slot, facts.recycleBytes)),
    switchesRow(facts),
  ];
}
