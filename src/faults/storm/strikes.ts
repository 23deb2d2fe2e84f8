import { setTimeout as sleep } from 'node:timers/promises';
import { askControl } from '../../app/control.js';
import { controlSocket } from '../../app/state.js';
import { until } from '../rig.js';
import { kinds, type Kind, type Stage } from './stage.js';

/** One kill, and the ms from it until all was well again; null: another kill came before. */
export interface Strike {
  kind: Kind;
  pagesMs: number | null;
  terminalsMs: number | null;
}

export const promised = { pagesMs: 10_000, terminalsMs: 90_000 };

/** A page that shows what is in the database. */
async function hasPage({ actors }: Stage): Promise<boolean> {
  const [actor] = actors;
  if (actor === undefined) throw new Error('nobody there');
  const answer = await actor.surfer.get('/accounts');
  return answer?.status === 200 && answer.body.includes(actor.owner.login);
}

/** What is looked at of the answer to the command line. */
interface Running {
  slots: { state: string }[];
}

const isServing: readonly string[] = ['ready', 'logging in', 'syncing'];

async function hasTerminals({ folders }: Stage): Promise<boolean> {
  const question = { route: 'GET /doctor/slots', patienceMs: 2_000 };
  const facts = await askControl<Running>(controlSocket(folders), question).catch(() => null);
  return facts?.slots.length === 4 && facts.slots.every(({ state }) => isServing.includes(state));
}

/** What is seen of the installation after a kill, until another one. */
class Recovery {
  readonly strike: Strike;
  /** resolves when all is well, or will not be */
  readonly over: Promise<unknown>;
  private isOff = false;

  constructor(stage: Stage, kind: Kind) {
    this.strike = { kind, pagesMs: null, terminalsMs: null };
    const unit = stage.units[kind];
    const start = performance.now();
    const { starts } = unit;
    const timed = async (name: keyof typeof promised, isWell: () => Promise<boolean>): Promise<void> => {
      const mostMs = 6 * stage.patience * promised[name];
      // What one that is dying has still answered says nothing.
      while (!(unit.starts > starts && (await isWell())) && performance.now() - start < mostMs)
        if (this.isLeft()) return;
        else await sleep(100);
      if (!this.isLeft()) this.strike[name] = performance.now() - start;
    };
    this.over = Promise.all([
      timed('pagesMs', () => hasPage(stage)),
      timed('terminalsMs', () => hasTerminals(stage)),
    ]);
  }

  private isLeft(): boolean {
    return this.isOff;
  }

  /** Another kill comes: what is not well yet is not to be waited for. */
  leave(): void {
    this.isOff = true;
  }
}

/** As many of each kind, in any order. */
function shuffled(count: number, random: () => number): Kind[] {
  const bag = Array.from({ length: count }, (_, at) => kinds[at % kinds.length] ?? 'service');
  for (let at = bag.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [bag[at], bag[other]] = [bag[other] ?? 'service', bag[at] ?? 'service'];
  }
  return bag;
}

export interface StormOrder {
  kills: number;
  random: () => number;
  /** how likely the next kill comes while the one before is being recovered from */
  amid: number;
  onStrike: (strike: Strike) => void;
}

/** Kills at any moment, and waits for all to be well again after some. */
export async function strikes(stage: Stage, { kills, random, amid, onStrike }: StormOrder): Promise<void> {
  const bag = shuffled(kills, random);
  for (const [at, kind] of bag.entries()) {
    const unit = stage.units[kind];
    await until(`the ${kind}, to be killed,`, () => unit.pid !== null, 30_000);
    const recovery = new Recovery(stage, kind);
    unit.kill();
    if (at < bag.length - 1 && random() < amid) await sleep(random() * 12_000);
    else {
      await recovery.over;
      await sleep(random() * 5_000);
    }
    recovery.leave();
    onStrike(recovery.strike);
  }
}
