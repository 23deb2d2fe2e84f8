import { buildIn } from '../terminals/fitness.js';
import type { PrefixHealth } from '../terminals/prefix-health.js';
import { isSuitable } from '../terminals/wine-version.js';
import { toolServerPort, type MemoryFacts, type WineFacts } from './machine.js';
import type { ToolServerFacts } from './lent.js';
import { failed, named, notRun, passed, upgrade, type Row } from './row.js';

const gigabyte = 1024 ** 3;
const inGb = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`;

/** With less, four terminals and a database do not fit. */
const leastBytes = 3.5 * gigabyte;

export function memoryRow(facts: MemoryFacts | null): Row {
  const name = named('memory and swap');
  if (facts === null)
    return notRun(name, 'this system does not say', 'Run RawJournal on Linux, with /proc mounted.');
  const { totalBytes, availableBytes, swapBytes } = facts;
  const swap = swapBytes === 0 ? 'no swap' : `${inGb(swapBytes)} of swap`;
  const says = `${inGb(totalBytes)}, ${inGb(availableBytes)} free for use, ${swap}; 8 GB are advised`;
  if (totalBytes >= leastBytes) return passed(name, says);
  return failed(name, says, 'Four terminals need a machine with at least 4 GB.');
}

const provision = 'Run wine/provision.sh as root, and start RawJournal anew.';

function wineRow({ launcher, version }: WineFacts): Row {
  const name = named('Wine');
  if (launcher === null) return failed(name, 'not installed', provision);
  const says = `${version ?? 'it does not say its version'} (${launcher})`;
  if (version !== null && isSuitable(version)) return passed(name, says);
  return failed(
    name,
    `${says}; MetaTrader takes 10.0 to 10.2, and 11.13 or later`,
    `${provision} It installs 10.0 and holds it; a WINE among the settings is to name that one.`,
  );
}

const wallRow = ({ wall }: WineFacts): Row =>
  wall.level === 'red'
    ? failed(named('sandbox'), wall.says, wall.fix ?? provision)
    : passed(named('sandbox'), wall.says);

const displayRow = ({ hasDisplay }: WineFacts): Row =>
  hasDisplay
    ? passed(named('Xvfb'), '/usr/bin/Xvfb')
    : failed(named('Xvfb'), 'not installed', 'Run: apt install xvfb');

const builds = ({ terminal, package: version }: PrefixHealth): string =>
  `terminal ${terminal ?? 'of an unknown version'}, package ${version ?? 'of an unknown version'}`;

const isSkewed = ({ terminal, package: version }: PrefixHealth): boolean => {
  const [needs, has] = [buildIn(terminal), buildIn(version)];
  return needs !== null && has !== null && has < needs;
};

const anew = 'Stop RawJournal, run wine/provision.sh --anew, and start it.';

/** What keeps terminals from starting in a prefix, and what mends it; null: nothing. */
function ailment(health: PrefixHealth): readonly [string, string] | null {
  const { missing, undone, outdated } = health;
  if (missing.length > 0) return [`there is no ${missing.join(', and no ')}`, anew];
  if (isSkewed(health))
    return [`${builds(health)}: a package older than its terminal gets no answer`, upgrade];
  if (undone.length > 0) return [`${builds(health)}; not done: ${undone.join(', ')}`, provision];
  if (outdated.length > 0)
    return [`${builds(health)}; older than the template: ${outdated.join(', ')}`, provision];
  return null;
}

function prefixRow(what: string, health: PrefixHealth): Row {
  const found = ailment(health);
  return found === null ? passed(named(what), builds(health)) : failed(named(what), ...found);
}

function templateRow({ template }: WineFacts): Row {
  if (template.isThere) return prefixRow('template', template);
  return failed(named('template'), 'there is none', provision);
}

const slotRow = (health: PrefixHealth, at: number): Row =>
  health.isThere
    ? prefixRow(`prefix ${at + 1}`, health)
    : notRun(
        named(`prefix ${at + 1}`),
        'not made yet',
        'Start RawJournal with TERMINALS=wine: it is copied from the template.',
      );

const serversRow = ({ serversKeptAt }: WineFacts): Row =>
  serversKeptAt === null
    ? passed(named('servers.dat'), 'none was added: terminals know what MetaTrader came with')
    : passed(named('servers.dat'), `of ${serversKeptAt}, given to each terminal at its start`);

const toolServer = named('tool server is off', 'D11');

/** `isUp`: a MetaTrader ran, so that its tool server could. */
function toolServerRow({ openAt: addresses, isUp }: ToolServerFacts): Row {
  if (addresses === null)
    return notRun(toolServer, 'this system does not say', 'Run RawJournal with /proc mounted.');
  if (addresses.length > 0)
    return failed(
      toolServer,
      `port ${toolServerPort} is open at ${addresses.join(', ')}`,
      `${provision} It writes Enable=0 into each assistant.ini. Close the port in the firewall too.`,
    );
  if (isUp)
    return passed(toolServer, `port ${toolServerPort} is closed on every address while terminals run`);
  return notRun(
    toolServer,
    `port ${toolServerPort} is closed, but no MetaTrader runs`,
    'Run this again when an account was read.',
  );
}

const together = (looks: readonly ToolServerFacts[]): ToolServerFacts => ({
  openAt: looks.some(({ openAt }) => openAt === null)
    ? null
    : [...new Set(looks.flatMap(({ openAt }) => openAt ?? []))],
  isUp: looks.some(({ isUp }) => isUp),
});

const wineNames = [
  ...['Wine', 'sandbox', 'Xvfb', 'template'].map((name) => named(name)),
  ...['prefixes', 'servers.dat'].map((name) => named(name)),
  toolServer,
];

/** Where terminals are not to run under Wine: nothing is looked at, and why. */
export const rowsWithoutWine = (why: string): Row[] =>
  wineNames.map((name) => notRun(name, why, 'Set TERMINALS=wine for real terminals.'));

/** `looks`: for the tool server, at different times. */
export const wineRows = (facts: WineFacts, looks: readonly ToolServerFacts[]): Row[] => [
  wineRow(facts),
  wallRow(facts),
  displayRow(facts),
  templateRow(facts),
  ...facts.prefixes.map(slotRow),
  serversRow(facts),
  toolServerRow(together(looks)),
];
