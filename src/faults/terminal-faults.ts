import { setTimeout as sleep } from 'node:timers/promises';
import { loginAt } from '../bench/installation.js';
import { removeAccount } from '../data/accounts.js';
import type { AdminLogin } from '../data/migrate.js';
import { birthMark } from '../terminals/process-table.js';
import { asAdministrator } from '../testing/database.js';
import type { Fault, Seen } from './fault.js';
import { compared, marked } from './oracle.js';
import { until, withRig, type Rig, type Watched } from './rig.js';

/** Where a fault is put: the terminal that holds the first user's account. */
interface Target {
  slot: number;
  owner: Watched;
  random: () => number;
}

interface Wanted {
  name: string;
  promise: string;
  /** how long it may take in true time, at scale 1; where no terminal starts anew, times are not scaled */
  mostMs: number;
  /** a terminal that was refused starts anew by design, whichever one tried; default none */
  restarts?: number;
  /** Does it, and resolves when all is well again: whether what is promised beside the time was kept. */
  inject(rig: Rig, target: Target): Promise<boolean>;
}

/** A terminal that ends five times in ten minutes is put in quarantine, as it should be: then a rig is used up. */
const mostStrikes = 4;

/** Starting a process takes as long at any scale. */
const startMs = 15_000;

/** The terminal of an account, as soon as it is logged in to one. */
async function holding(rig: Rig, { login }: Watched): Promise<number> {
  const held = () => rig.terminals.slots.filter((slot) => slot.view().account?.login === login);
  await until('the account in a terminal', () => held().length > 0, 60_000 / rig.scale + startMs);
  const [slot] = held();
  if (slot === undefined) throw new Error('No terminal holds the account.');
  return slot.number;
}

const restarts = (rig: Rig, but: number): number =>
  rig.terminals.slots.reduce((sum, slot) => sum + (slot.number === but ? 0 : slot.view().restarts), 0);

const isServing = (rig: Rig, slot: number, oldPid: number): boolean => {
  const { state, child } = rig.slot(slot).view();
  return (
    child !== null &&
    child.pid !== oldPid &&
    (state === 'ready' || state === 'syncing' || state === 'logging in')
  );
};

async function once(rig: Rig, wanted: Wanted, random: () => number): Promise<Seen> {
  const [owner, other] = rig.owners;
  await sleep((random() * 15_000) / rig.scale);
  const slot = await holding(rig, owner);
  const isSame = await marked(rig, other);
  const before = restarts(rig, slot);
  const start = performance.now();
  const isKept = await wanted.inject(rig, { slot, owner, random });
  const ms = performance.now() - start;
  const [own, others] = [await compared(rig, owner), await compared(rig, other)];
  return {
    ms,
    lost: own.lost + others.lost,
    doubled: own.doubled + others.doubled,
    disturbed:
      Math.max(0, restarts(rig, slot) - before - (wanted.restarts ?? 0)) + ((await isSame()) ? 0 : 1),
    isKept: isKept && ms <= rig.patience * (wanted.mostMs / rig.scale + startMs),
  };
}

const faultOf = (wanted: Wanted): Fault => ({
  name: wanted.name,
  promise: wanted.promise,
  needs: null,
  run: async ({ times, scale, patience, random, onSeen }) => {
    for (let done = 0; done < times; done += mostStrikes)
      await withRig({ scale, patience }, async (rig) => {
        const turns = Math.min(mostStrikes, times - done);
        for (let turn = 0; turn < turns; turn += 1) onSeen(await once(rig, wanted, random));
      });
  },
});

/** A whole reading begins, and the moment to strike comes somewhere within it. */
async function amidReading(rig: Rig, { owner, random }: Target): Promise<void> {
  rig.sync.ask(owner.userId, owner.accountId);
  await sleep((random() * 3_000) / rig.scale);
}

async function struck(rig: Rig, target: Target, signal: NodeJS.Signals): Promise<boolean> {
  await amidReading(rig, target);
  const pid = rig.pid(target.slot);
  const mark = birthMark(pid);
  if (pid > 0) process.kill(pid, signal);
  // A death is seen at once; a standstill by its silence.
  const isSeen = (): boolean => rig.pid(target.slot) !== pid;
  if (signal === 'SIGKILL') await until('the death seen', isSeen, 2_000 * rig.patience);
  const states = new Set<string>();
  const isNext = (): boolean => {
    if (rig.pid(target.slot) === pid) states.add(rig.slot(target.slot).view().state);
    return isServing(rig, target.slot, pid);
  };
  const ms = await until('the next terminal', isNext, 200_000 / rig.scale + startMs);
  const isInTime = states.has('logging in') || ms <= rig.patience * (95_000 / rig.scale + startMs);
  return isInTime && (mark === null || birthMark(pid) !== mark);
}

/** Half a history until somebody has noticed. */
async function partialHistory(rig: Rig, { owner, random }: Target): Promise<boolean> {
  await sleep((random() * 1_000) / rig.scale);
  rig.betray(owner, { halfHistory: 1_000 });
  // A whole history that is on its way may still move the cursor.
  await sleep(1_000 / rig.scale);
  await until('what was on its way', () => rig.sync.progressOf(owner.accountId) === null, startMs);
  const before = await rig.account(owner);
  rig.sync.ask(owner.userId, owner.accountId);
  const isNoticed = async (): Promise<boolean> => (await rig.account(owner)).state === 'incomplete';
  await until('the gap seen', isNoticed, 120_000 / rig.scale + startMs);
  const between = await rig.account(owner);
  rig.betray(owner, null);
  await rig.read(owner);
  return between.cursor_ms === before.cursor_ms;
}

async function replayedDeals(rig: Rig, { owner, random }: Target): Promise<boolean> {
  await sleep((random() * 1_000) / rig.scale);
  rig.betray(owner, { replay: true });
  await rig.read(owner);
  rig.betray(owner, null);
  return true;
}

/** One deal becomes another, and then what it was. */
async function editedDeal(rig: Rig, { owner, random }: Target): Promise<boolean> {
  await sleep((random() * 1_000) / rig.scale);
  rig.betray(owner, { editDeal: true });
  const { lost, doubled } = await compared(rig, owner);
  rig.betray(owner, null);
  await rig.read(owner);
  return lost === 1 && doubled === 0;
}

async function garbage(rig: Rig, target: Target): Promise<boolean> {
  const { garbage: before } = rig.slot(target.slot).view();
  const pid = rig.pid(target.slot);
  rig.misbehave(target.slot, { garbage: 20_000 });
  rig.sync.ask(target.owner.userId, target.owner.accountId);
  const overLong = (): boolean => rig.slot(target.slot).view().garbage.overLong > before.overLong;
  await until('the cut', overLong, 60_000 / rig.scale + startMs);
  rig.misbehave(target.slot, null);
  await until('the next terminal', () => isServing(rig, target.slot, pid), 60_000 / rig.scale + startMs);
  return true;
}

/** Whether another process than that is logged in to an account there. */
const isLoggedIn = (rig: Rig, slot: number, oldPid: number): boolean =>
  isServing(rig, slot, oldPid) && rig.slot(slot).view().account !== null;

/**
 * All terminals log in slowly, so that it does not help to go to another one. Where the account is in the other by then, the
 * one that starts anew takes what that one leaves.
 */
async function slowLogin(rig: Rig, { slot, owner }: Target): Promise<boolean> {
  const before = rig.slot(slot).view().restarts;
  const [pid, loginMs] = [rig.pid(slot), Math.round(90_000 / rig.scale)];
  for (const { number } of rig.terminals.slots) rig.misbehave(number, { loginMs });
  const start = performance.now();
  rig.terminals.restart(slot);
  await until('the restart', () => isServing(rig, slot, pid), 60_000 / rig.scale + startMs);
  await until('its login', () => isLoggedIn(rig, slot, pid), 240_000 / rig.scale + startMs);
  const ms = performance.now() - start;
  await rig.read(owner);
  for (const { number } of rig.terminals.slots) rig.misbehave(number, null);
  return rig.slot(slot).view().restarts === before + 1 && ms >= loginMs;
}

/** One account more, with credentials that the broker refuses. */
async function wrongPassword(rig: Rig, { random }: Target): Promise<boolean> {
  const password = `not-${random().toFixed(9)}`;
  const owner = await rig.connect({ ...loginAt(10 + Math.floor(random() * 10_000)), password });
  const asked = async (): Promise<boolean> => (await rig.account(owner)).state === 'needs-password';
  await until('two refusals', asked, 900_000 / rig.scale + startMs);
  await sleep(20_000 / rig.scale);
  const { rejections } = await rig.account(owner);
  await rig.db.withTenant('app', owner.userId, (tx) => removeAccount(tx, owner.userId, owner.accountId));
  return rejections === 2 && !rig.lines.some((line) => line.includes(password));
}

const administrator = ({ place }: Rig): AdminLogin => ({ address: place.storage.address, user: 'postgres' });

/** PostgreSQL refuses the next two changes of an account, as the loser of a deadlock or of a serialization. */
async function collisions(rig: Rig, target: Target): Promise<boolean> {
  const code = target.random() < 0.5 ? '40P01' : '40001';
  const login = administrator(rig);
  await asAdministrator(login, (client) => client.query(refuseTwice(code)));
  await amidReading(rig, target);
  await rig.read(target.owner);
  const { rows } = await asAdministrator(login, (client) =>
    client.query<{ last_value: string }>('select last_value from collisions'),
  );
  await asAdministrator(login, (client) => client.query(forget));
  return Number(rows[0]?.last_value) > 2;
}

const refuseTwice = (code: string): string => `
  create sequence collisions;
  create function collide() returns trigger language plpgsql security definer as $$
  begin
    if nextval('public.collisions') <= 2 then raise exception 'collision' using errcode = '${code}'; end if;
    return null;
  end $$;
  create trigger collide after update on accounts for each statement execute function collide()`;

const forget = `
  drop trigger collide on accounts;
  drop function collide();
  drop sequence collisions`;

/** Ends what PostgreSQL does for the synchronisation while it reads. */
async function endBackends(rig: Rig, target: Target): Promise<boolean> {
  await amidReading(rig, target);
  await asAdministrator(administrator(rig), (client) =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename in ('rawjournal_sync', 'rawjournal_app')",
    ),
  );
  await until(
    'an answer',
    () =>
      rig.db.ping().then(
        () => true,
        () => false,
      ),
    10_000,
  );
  return true;
}

const wanted: readonly Wanted[] = [
  {
    name: 'terminal-killed',
    promise: 'ready again <= 60 s, none left over',
    mostMs: 60_000,
    inject: (rig, target) => struck(rig, target, 'SIGKILL'),
  },
  {
    name: 'terminal-hangs',
    promise: 'ready again <= 95 s; out of a login, whose deadline is 120 s, <= 180 s',
    mostMs: 180_000,
    inject: (rig, target) => struck(rig, target, 'SIGSTOP'),
  },
  { name: 'garbage', promise: 'cut off at 64 KB, nothing stored', mostMs: 60_000, inject: garbage },
  {
    name: 'slow-login',
    promise: '90 s, one start, no kill before 120 s',
    mostMs: 180_000,
    inject: slowLogin,
  },
  {
    name: 'wrong-password',
    promise: '2 tries ever, asks its owner, not logged',
    mostMs: 900_000,
    restarts: 2,
    inject: wrongPassword,
  },
  {
    name: 'partial-history',
    promise: 'never past a gap, converges',
    mostMs: 300_000,
    inject: partialHistory,
  },
  {
    name: 'replayed-deals',
    promise: 'twice and late: idempotent',
    mostMs: 120_000,
    inject: replayedDeals,
  },
  { name: 'edited-deal', promise: 'the latest wins', mostMs: 180_000, inject: editedDeal },
  {
    name: 'backends-ended',
    promise: 'lives, answers <= 10 s, nothing lost',
    mostMs: 20_000,
    inject: endBackends,
  },
  {
    name: 'collisions',
    promise: 'deadlock or serialization lost twice: tried again',
    mostMs: 120_000,
    inject: collisions,
  },
];

export const terminalFaults: readonly Fault[] = wanted.map(faultOf);
