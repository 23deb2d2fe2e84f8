import { sql } from 'kysely';
import type { Database, Tx } from './database.js';
import { Fault } from '../lib/fault.js';
import { addStarterLabels } from './labels.js';
import type { Role } from './schema.js';
import { closeSessions } from './sessions.js';

export interface NewUser {
  userId: string;
  email: string;
  passwordHash: string;
  role: Role;
  timeZone: string;
  verifiedAt: Date | null;
  createdAt: Date;
  /** the invented trader of a trial: no person, and counted as none */
  isDemo?: boolean;
}

/** Adds a person. Throws a unique violation of `users_by_email` when the address is taken. */
export const addUser = async (tx: Tx, user: NewUser): Promise<void> => {
  await tx
    .insertInto('users')
    .values({
      user_id: user.userId,
      email: user.email,
      password_hash: user.passwordHash,
      role: user.role,
      time_zone: user.timeZone,
      verified_at: user.verifiedAt,
      disabled_at: null,
      created_at: user.createdAt,
      is_demo: user.isDemo ?? false,
    })
    .execute();
  await addStarterLabels(tx, user.userId, user.createdAt);
};

/** Removes a person with everything that is theirs. */
export const removeUser = async (tx: Tx, userId: string): Promise<void> => {
  await tx.deleteFrom('users').where('user_id', '=', userId).execute();
};

/**
 * Takes an empty installation for its first administrator. True for exactly one caller ever, however many ask
 * at once: the conditional UPDATE decides.
 */
export const claimInstallation = async (tx: Tx, at: Date): Promise<boolean> => {
  const claim = await tx
    .updateTable('installation')
    .set({ claimed_at: at })
    .where('claimed_at', 'is', null)
    .executeTakeFirst();
  return claim.numUpdatedRows === 1n;
};

/** Changes of rights take turns: the next one waits until this transaction ends. */
const takeTurn = async (tx: Tx): Promise<void> => {
  await tx.selectFrom('installation').select('only_row').forUpdate().execute();
};

/**
 * Whether this person is an administrator, in a turn of their own. Of two administrators who take each other's
 * rights at once, one is too late.
 */
export const holdsRights = async (tx: Tx, email: string, at: Date): Promise<boolean> => {
  await takeTurn(tx);
  const { rows } = await sql<{ role: Role }>`select role from lookup('email', ${email}, ${at})`.execute(tx);
  return rows[0]?.role === 'admin';
};

export const isClaimed = (db: Database): Promise<boolean> =>
  db.withInstallation(async (tx) => {
    const row = await tx.selectFrom('installation').select('claimed_at').executeTakeFirstOrThrow();
    return row.claimed_at !== null;
  });

/** What a log-in must know of a person; null for a stranger. */
export const credentialsOf = (
  tx: Tx,
  userId: string,
): Promise<
  { password_hash: string; verified_at: Date | null; leaves_at: Date | null; two_factor: boolean } | undefined
> =>
  tx
    .selectFrom('users as u')
    .leftJoin('two_factor as t', 't.user_id', 'u.user_id')
    .where('u.user_id', '=', userId)
    .select(['u.password_hash', 'u.verified_at', 'u.leaves_at'])
    .select(sql<boolean>`t.confirmed_at is not null`.as('two_factor'))
    .executeTakeFirst();

/**
 * Whether this is still the password, and the person still let in; if so, nobody changes either before the
 * transaction ends. Comparing a password takes long enough for both to have changed.
 */
export const holdsPassword = async (tx: Tx, userId: string, passwordHash: string): Promise<boolean> => {
  const held = await tx
    .selectFrom('users')
    .where('user_id', '=', userId)
    .where('password_hash', '=', passwordHash)
    .where('disabled_at', 'is', null)
    .select('user_id')
    .forUpdate()
    .executeTakeFirst();
  return held !== undefined;
};

/** Replaces the password; mailed links for choosing one lose their force with the old one. */
export const setPassword = async (tx: Tx, userId: string, passwordHash: string): Promise<void> => {
  await tx.deleteFrom('mailed_links').where('user_id', '=', userId).where('kind', '=', 'reset').execute();
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('user_id', '=', userId).execute();
};

/** Replaces the password, and ends every session that began with the old one. */
export const replacePassword = async (tx: Tx, userId: string, passwordHash: string): Promise<void> => {
  await setPassword(tx, userId, passwordHash);
  await closeSessions(tx, userId, null);
};

export const setVerified = async (tx: Tx, userId: string, at: Date): Promise<void> => {
  await tx
    .updateTable('users')
    .set({ verified_at: at })
    .where('user_id', '=', userId)
    .where('verified_at', 'is', null)
    .execute();
};

export const setProfile = async (
  tx: Tx,
  userId: string,
  profile: { name?: string | undefined; timeZone?: string | undefined },
): Promise<void> => {
  const change = {
    ...(profile.name === undefined ? {} : { name: profile.name }),
    ...(profile.timeZone === undefined ? {} : { time_zone: profile.timeZone }),
  };
  if (Object.keys(change).length === 0) return;
  await tx.updateTable('users').set(change).where('user_id', '=', userId).execute();
};

/** Whether somebody gets the letter of the week. */
export const setWeeklyLetter = async (tx: Tx, userId: string, isWanted: boolean): Promise<void> => {
  await tx.updateTable('users').set({ weekly_letter: isWanted }).where('user_id', '=', userId).execute();
};

export const setRole = async (tx: Tx, userId: string, role: Role): Promise<boolean> => {
  const done = await tx.updateTable('users').set({ role }).where('user_id', '=', userId).executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

/** Closes (or, with null, opens again) the doors of a person; nothing of theirs is removed. */
export const setDisabled = async (tx: Tx, userId: string, at: Date | null): Promise<boolean> => {
  const done = await tx
    .updateTable('users')
    .set({ disabled_at: at })
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
};

/** Throws where there is no such user. */
export const timeZoneOf = async (tx: Tx, userId: string): Promise<string> =>
  (await tx.selectFrom('users').where('user_id', '=', userId).select('time_zone').executeTakeFirstOrThrow())
    .time_zone;

export interface ListedUser {
  user_id: string;
  email: string;
  name: string;
  role: Role;
  verified_at: Date | null;
  disabled_at: Date | null;
  leaves_at: Date | null;
  created_at: Date;
  seen_at: Date | null;
}

/** Everybody but the invented trader of a trial, for the administrator's list: the newest first. */
export const listUsers = (db: Database): Promise<ListedUser[]> =>
  db.withAdminLists((tx) =>
    tx
      .selectFrom('users as u')
      .leftJoin('sessions as s', 's.user_id', 'u.user_id')
      .where('u.is_demo', '=', false)
      .groupBy('u.user_id')
      .groupBy([
        'u.email',
        'u.name',
        'u.role',
        'u.verified_at',
        'u.disabled_at',
        'u.leaves_at',
        'u.created_at',
      ])
      .select([
        'u.user_id',
        'u.email',
        'u.name',
        'u.role',
        'u.verified_at',
        'u.disabled_at',
        'u.leaves_at',
        'u.created_at',
        sql<Date | null>`max(s.seen_at)`.as('seen_at'),
      ])
      .orderBy('u.created_at', 'desc')
      .orderBy('u.user_id')
      .execute(),
  );

/** Who has asked to be deleted is not counted on. */
export const isAdministrator = ({
  role,
  disabled_at: disabledAt,
  leaves_at: leavesAt,
}: Pick<ListedUser, 'role' | 'disabled_at' | 'leaves_at'>): boolean =>
  role === 'admin' && disabledAt === null && leavesAt === null;

/**
 * Stands before whatever takes somebody's rights, in a turn of its own: throws a Fault 409 when nobody would be left
 * who administers. The list comes by another connection, which sees all that earlier turns have done.
 */
export const keepAdministrator = async (db: Database, tx: Tx, userId: string): Promise<void> => {
  await takeTurn(tx);
  const [last, ...others] = (await listUsers(db)).filter(isAdministrator);
  if (last?.user_id !== userId || others.length > 0) return;
  throw new Fault(
    409,
    'last_administrator',
    `${last.email} is the last administrator: nobody could run this installation. Make somebody else one first.`,
  );
};
