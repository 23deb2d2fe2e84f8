import { sql } from 'kysely';
import type { Tx } from './database.js';

/** Steps of setting up: where trades come from, time zone and sessions, what to look at first. */
export type WelcomeStep = 1 | 2 | 3;

export interface Welcome {
  step: WelcomeStep;
  isEnded: boolean;
}

/** Somebody new is to be led through setting up at their first sign-in, or (with `begunAt`) is led there now. */
export const oweWelcome = async (tx: Tx, userId: string, begunAt: Date | null = null): Promise<void> => {
  await tx.insertInto('welcomes').values({ user_id: userId, begun_at: begunAt, ended_at: null }).execute();
};

/** Whether this is the first sign-in of somebody who is to be led there: true for one of several at once, and never again. */
export const takeWelcome = async (tx: Tx, userId: string, at: Date): Promise<boolean> => {
  const taken = await tx
    .updateTable('welcomes')
    .set({ begun_at: at })
    .where('user_id', '=', userId)
    .where('begun_at', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
};

/** How far they have come; null: they were never to be led. */
export async function welcomeOf(tx: Tx, userId: string): Promise<Welcome | null> {
  const row = await tx
    .selectFrom('welcomes')
    .where('user_id', '=', userId)
    .select(['step', 'ended_at'])
    .executeTakeFirst();
  return row === undefined ? null : { step: row.step, isEnded: row.ended_at !== null };
}

/** A step is behind them, whichever tab or click says so first; what was further on stays there. */
export const reachStep = async (tx: Tx, userId: string, step: WelcomeStep): Promise<void> => {
  await sql`
    update welcomes set step = greatest(step, ${step}) where user_id = ${userId} and ended_at is null`.execute(
    tx,
  );
};

/** Done, or left out: it is in nobody's way from now on. */
export const endWelcome = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx
    .updateTable('welcomes')
    .set({ ended_at: at })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .execute();
};
