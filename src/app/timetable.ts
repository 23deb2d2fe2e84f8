import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import { listLiveAccounts } from '../data/all-accounts.js';
import type { AlarmWatch } from '../alarms/watch.js';
import type { Billing } from '../billing/desk.js';
import { forgetMessages } from '../data/alarms.js';
import { removeOldDrafts } from '../data/accounts.js';
import { nobody, type Database } from '../data/database.js';
import type { PictureFiles } from '../data/picture-files.js';
import type { Live } from '../data/live.js';
import { thinMeasures } from '../data/measures.js';
import { allScreenshotIds } from '../data/screenshots.js';
import { thinSnapshots } from '../data/snapshots.js';
import { dayMs, secondMs, type Clock } from '../lib/clock.js';
import { removeLeavers } from './leavers.js';
import { lookAtMachine } from './machine.js';
import type { Measures } from './measures.js';

/** Everything that recurs: when (minute hour day month weekday, a second before them where it matters), what, and the work. */
export interface Job {
  name: string;
  when: string;
  /** once before that too */
  isDueAtStart?: boolean;
  work: () => Promise<void>;
}

/** What recurs with letters. */
export interface Letters {
  send: () => Promise<void>;
  forget: () => Promise<void>;
  writeWeekly: () => Promise<void>;
  /** gives up what is under way */
  close: () => Promise<void>;
}

interface Holdings {
  db: Database;
  clock: Clock;
  pictures: PictureFiles;
  /** folder in which files lie while they are read */
  uploads: string;
  live: Live;
  measures: Measures;
  alarms: AlarmWatch;
  /** null: nothing is sold */
  billing: Billing | null;
  letters: Letters;
  log: Logger;
}

const ago = (clock: Clock, ms: number): Date => new Date(clock.now().getTime() - ms);

/** After 2 days one sample a minute, after 90 days one an hour. */
async function thin({ db, clock }: Holdings): Promise<void> {
  for (const { userId, accountId } of await listLiveAccounts(db))
    await db.withTenant('sync', userId, async (tx) => {
      await thinSnapshots(tx, { userId, accountId }, { before: ago(clock, 2 * dayMs), grain: 'minute' });
      await thinSnapshots(tx, { userId, accountId }, { before: ago(clock, 90 * dayMs), grain: 'hour' });
    });
}

async function dropDrafts({ db, clock }: Holdings): Promise<void> {
  const users = new Set((await listLiveAccounts(db)).map(({ userId }) => userId));
  for (const userId of users)
    await db.withTenant('app', userId, (tx) => removeOldDrafts(tx, userId, ago(clock, dayMs)));
}

/** What was cut off in the middle, and what belonged to trades and people that are gone. */
async function sweepPictures({ db, clock, pictures, log }: Holdings): Promise<void> {
  const files = await pictures.sweep(clock.now().getTime(), () => allScreenshotIds(db));
  if (files > 0) log.info({ files }, 'Files of screenshots that nobody has any more were removed.');
}

/** Every minute has a sample of the machine at least, and is written down as soon as it is over. */
async function measure({ db, measures }: Holdings): Promise<void> {
  measures.look(lookAtMachine());
  await measures.write(db);
}

/** What the installation knows of itself, and is of no use any more. */
const thinOwn = ({ db, clock }: Holdings): Promise<void> =>
  db.withTenant('sync', nobody, async (tx) => {
    await thinMeasures(tx, clock.now());
    await forgetMessages(tx, clock.now());
  });

/** One after the other. Of many that get no answer in time the rest waits for the next run. */
async function sendAll({ alarms, clock }: Holdings): Promise<void> {
  const untilMs = clock.monotonicMs() + 2 * secondMs;
  while (clock.monotonicMs() < untilMs && (await alarms.sendOne()));
}

export const timetable = (holdings: Holdings): Job[] => [
  // A second late: one that came early would write the minute before only a minute later.
  { name: 'write down the minute', when: '1 * * * * *', isDueAtStart: true, work: () => measure(holdings) },
  // Apart from the second in which most others begin.
  { name: 'look for alarms', when: '31 * * * * *', work: () => holdings.alarms.look() },
  { name: 'send what alarms have to say', when: '*/15 * * * * *', work: () => sendAll(holdings) },
  { name: 'send letters', when: '*/15 * * * * *', isDueAtStart: true, work: () => holdings.letters.send() },
  { name: 'write letters of the week', when: '11 * * * *', work: () => holdings.letters.writeWeekly() },
  { name: 'forget what letters said', when: '4-59/5 * * * *', work: () => holdings.letters.forget() },
  { name: 'thin what was measured', when: '27 * * * *', work: () => thinOwn(holdings) },
  { name: 'thin the samples of equity', when: '17 * * * *', work: () => thin(holdings) },
  { name: 'drop drafts of accounts after a day', when: '47 * * * *', work: () => dropDrafts(holdings) },
  {
    name: 'remove people whose days of grace are over',
    when: '7 * * * *',
    isDueAtStart: true,
    work: () => removeLeavers(holdings),
  },
  {
    name: 'remove files of screenshots that are gone',
    when: '37 * * * *',
    isDueAtStart: true,
    work: () => sweepPictures(holdings),
  },
  {
    name: 'settle what plans cover',
    when: '*/5 * * * *',
    isDueAtStart: true,
    work: async () => holdings.billing?.sweep(),
  },
];

/** Runs the timetable; a job that is still at work is not started again. The answer ends it. */
export function keepTimetable(jobs: readonly Job[], log: Logger): { stop: () => Promise<void> } {
  const running = new Map<string, Promise<void>>();
  const start = ({ name, work }: Job): void => {
    if (running.has(name)) return;
    const done = work()
      .catch((error: unknown) => log.error({ err: error, job: name }, 'A job of the timetable failed.'))
      .finally(() => running.delete(name));
    running.set(name, done);
  };
  for (const job of jobs) if (job.isDueAtStart === true) start(job);
  const tasks = jobs.map((job) => schedule(job.when, () => start(job)));
  return {
    stop: async () => {
      for (const task of tasks) await task.stop();
      await Promise.all(running.values());
    },
  };
}
