import { randomBytes, randomUUID } from 'node:crypto';
import { addAccount } from '../data/accounts.js';
import { sealPassword } from '../data/broker-password.js';
import type { Database } from '../data/database.js';
import { loadKeyring } from '../data/keyring.js';
import { proposeSecret, sealFactor } from '../data/two-factor.js';
import { addPerson } from './roles.js';

/** People with sealed passwords and a second factor each, by the key that is active. Resolves to their ids. */
export async function sealedPeople(
  db: Database,
  credentials: string,
  { people, accountsEach }: { people: number; accountsEach: number },
): Promise<string[]> {
  const random = (size: number): Buffer => randomBytes(size);
  const keyring = await loadKeyring(credentials, random);
  const ids: string[] = [];
  for (let number = 0; number < people; number += 1) {
    const userId = await addPerson(db);
    ids.push(userId);
    await db.withTenant('app', userId, async (tx) => {
      await proposeSecret(tx, userId, sealFactor({ keyring, random }, userId, 'JBSWY3DPEHPK3PXP'));
      for (let account = 0; account < accountsEach; account += 1) {
        const id = randomUUID();
        const [server, login] = ['Example-Demo', String(5_100_000 + account)];
        const sealedPassword = sealPassword(
          { keyring, random },
          { userId, accountId: id, server, login },
          `investor ${login}`,
        );
        const connection = { server, login, sealedPassword };
        await addAccount(tx, {
          ...{ id, userId, type: 'live', category: 'Demo', label: login },
          ...{ at: new Date(0), connection },
        });
      }
    });
  }
  return ids;
}
