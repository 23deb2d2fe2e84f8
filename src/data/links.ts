import { randomBytes } from 'node:crypto';
import { minuteMs } from '../lib/clock.js';
import { newSecret, secretHash } from '../lib/secret.js';
import type { Tx } from './database.js';
import type { LinkKind } from './schema.js';

export const linkLifeMs = 30 * minuteMs;

/** Makes a link's secret and keeps its hash; older unused links of the same kind lose their force. */
export const issueLink = async (
  tx: Tx,
  link: { userId: string; kind: LinkKind; at: Date },
): Promise<string> => {
  const secret = newSecret(randomBytes);
  await tx
    .deleteFrom('mailed_links')
    .where('user_id', '=', link.userId)
    .where('kind', '=', link.kind)
    .execute();
  await tx
    .insertInto('mailed_links')
    .values({
      user_id: link.userId,
      kind: link.kind,
      secret_hash: secretHash(secret),
      created_at: link.at,
      expires_at: new Date(link.at.getTime() + linkLifeMs),
      used_at: null,
    })
    .execute();
  return secret;
};

/** Uses a link up. True for one caller only, however many hold the same link. */
export const spendLink = async (tx: Tx, userId: string, id: string, at: Date): Promise<boolean> => {
  const spent = await tx
    .updateTable('mailed_links')
    .set({ used_at: at })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  return spent.numUpdatedRows === 1n;
};
