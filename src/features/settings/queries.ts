import type { Tx } from '../../data/database.js';

export interface OpenSession {
  id: string;
  address: string;
  agent: string;
  created_at: Date;
  seen_at: Date;
}

/** Sessions that have passed every step, the latest seen first. */
export const openSessions = (tx: Tx, userId: string): Promise<OpenSession[]> =>
  tx
    .selectFrom('sessions')
    .where('user_id', '=', userId)
    .where('stage', '=', 'full')
    .select(['id', 'address', 'agent', 'created_at', 'seen_at'])
    .orderBy('seen_at', 'desc')
    .orderBy('id')
    .execute();

export interface Profile {
  email: string;
  name: string;
  time_zone: string;
  weekly_letter: boolean;
  created_at: Date;
}

export const profileOf = (tx: Tx, userId: string): Promise<Profile> =>
  tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .select(['email', 'name', 'time_zone', 'weekly_letter', 'created_at'])
    .executeTakeFirstOrThrow();
