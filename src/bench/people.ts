import { randomUUID } from 'node:crypto';
import type { Database } from '../data/database.js';
import { openSession } from '../data/sessions.js';
import { addUser } from '../data/users.js';

export interface BenchUser {
  userId: string;
  email: string;
  /** the secret of a session's cookie */
  session: string;
}

/** So many signed-in people, by the data layer. Their passwords are known to nobody unless a hash is given. */
export async function addPeople(db: Database, count: number, passwordHash = ''): Promise<BenchUser[]> {
  const people: BenchUser[] = [];
  for (let at = 0; at < count; at += 1) {
    const [userId, now] = [randomUUID(), new Date()];
    const email = `bench-${at}-${userId.slice(0, 8)}@example.org`;
    const session = await db.withTenant('app', userId, async (tx) => {
      const person = { userId, email, passwordHash, verifiedAt: now, createdAt: now };
      await addUser(tx, { ...person, role: 'user', timeZone: 'UTC' });
      const origin = { address: '127.0.0.1', agent: 'Bench', replaces: null };
      return openSession(tx, { userId, stage: 'full', origin, at: now });
    });
    people.push({ userId, email, session: session.secret });
  }
  return people;
}
