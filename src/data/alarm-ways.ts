import { open, renew, seal, type Keyring, type Renewal } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import type { Tx } from './database.js';

/** Where alarms go. The webhook's address is a secret: it is kept sealed, and its host beside it for the page. */

export interface AlarmWays {
  /** '' where none is set */
  webhookHost: string;
  telegramChat: string;
}

const purpose = 'alarms';
const binding = ['webhook'];

export async function alarmWays(tx: Tx): Promise<AlarmWays> {
  const row = await tx.selectFrom('alarm_ways').select(['webhook_host', 'telegram_chat']).executeTakeFirst();
  return { webhookHost: row?.webhook_host ?? '', telegramChat: row?.telegram_chat ?? '' };
}

export const sealedWebhook = async (tx: Tx): Promise<Buffer | null> =>
  (await tx.selectFrom('alarm_ways').select('sealed_webhook').executeTakeFirst())?.sealed_webhook ?? null;

/** Throws where its key is gone. */
export const openWebhook = (keys: Keyring, sealed: Buffer): string =>
  open({ keys }, purpose, binding, sealed).toString('utf8');

/** The same under the key that is active now. Throws as `openWebhook` does. */
export const renewWebhook = (renewal: Renewal, sealed: Buffer): Buffer =>
  renew(renewal, purpose, binding, sealed);

/** The address to send to; null where none is set. Throws where its key is gone. */
export async function webhookAddress(tx: Tx, keys: Keyring): Promise<string | null> {
  const sealed = await sealedWebhook(tx);
  return sealed === null ? null : openWebhook(keys, sealed);
}

/** Null takes it away. */
export async function setWebhook(
  tx: Tx,
  { keyring, random }: { keyring: Keyring; random: RandomBytes },
  address: string | null,
): Promise<void> {
  const sealed =
    address === null ? null : seal({ keys: keyring, random }, purpose, binding, Buffer.from(address, 'utf8'));
  const row = { sealed_webhook: sealed, webhook_host: address === null ? '' : new URL(address).host };
  await tx
    .insertInto('alarm_ways')
    .values(row)
    .onConflict((conflict) => conflict.column('is_only').doUpdateSet(row))
    .execute();
}

export const setTelegramChat = async (tx: Tx, chat: string): Promise<void> => {
  await tx
    .insertInto('alarm_ways')
    .values({ sealed_webhook: null, telegram_chat: chat })
    .onConflict((conflict) => conflict.column('is_only').doUpdateSet({ telegram_chat: chat }))
    .execute();
};
