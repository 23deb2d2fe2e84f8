import {
  alarmWays,
  setTelegramChat,
  setWebhook,
  webhookAddress,
  type AlarmWays,
} from '../data/alarm-ways.js';
import { nobody, type Database, type Tx } from '../data/database.js';
import { giveSecret, givenSecret } from '../data/given-secret.js';
import { channels, type Channel } from '../data/schema-watch.js';
import type { Keyring } from '../lib/seal.js';
import type { RandomBytes } from '../lib/secret.js';
import { checkedUrl, Unasked, type Way } from './ask.js';
import type { Letter, Outcome } from './message.js';
import { toTelegram } from './telegram.js';
import { toWebhook } from './webhook.js';

/** Sends a letter to all who administer; null where no mail is set up. */
export type MailDoor = ((letter: Letter) => Promise<Outcome>) | null;

export interface PostParts {
  db: Database;
  keyring: Keyring;
  random: RandomBytes;
  /** folder in which the bot's token lies */
  credentials: string;
  way: Way;
  telegramApi: string;
  mail: MailDoor;
}

/** The file among the credentials that holds the token of the Telegram bot. */
const botTokenFile = 'telegram_bot_token';

const notSetUp: Outcome = { isTaken: false, says: 'This way is not set up any more.' };

/** The ways by which letters leave the house: what is set up, setting it, and sending. */
export class Post {
  constructor(private readonly parts: PostParts) {}

  async ways(): Promise<AlarmWays & { hasToken: boolean; sendsMail: boolean }> {
    const ways = await this.asked(alarmWays);
    return { ...ways, hasToken: (await this.token()) !== null, sendsMail: this.parts.mail !== null };
  }

  /** Those by which something can be sent. */
  async channels(): Promise<Channel[]> {
    const { webhookHost, telegramChat, hasToken, sendsMail } = await this.ways();
    const isSet: Record<Channel, boolean> = {
      webhook: webhookHost !== '',
      telegram: telegramChat !== '' && hasToken,
      mail: sendsMail,
    };
    return channels.filter((channel) => isSet[channel]);
  }

  /** Null when it was set; else why this address cannot be. */
  async setWebhook(address: string | null): Promise<string | null> {
    try {
      if (address !== null) checkedUrl(address, this.parts.way.allowed);
    } catch (error) {
      if (error instanceof Unasked) return error.message;
      throw error;
    }
    await this.asked((tx) => setWebhook(tx, this.parts, address));
    return null;
  }

  /** `token` null: the one there is stays. False where its folder cannot be written; then nothing has changed. */
  async setTelegram({ chat, token }: { chat: string; token: string | null }): Promise<boolean> {
    if (token !== null && !(await giveSecret(this.parts.credentials, botTokenFile, token))) return false;
    await this.asked((tx) => setTelegramChat(tx, chat));
    return true;
  }

  /** The chat is forgotten, and the token where its folder can be written. */
  async clearTelegram(): Promise<void> {
    await this.asked((tx) => setTelegramChat(tx, ''));
    await giveSecret(this.parts.credentials, botTokenFile, null);
  }

  /** Never throws for what is not this installation's own fault. */
  async send(channel: Channel, letter: Letter): Promise<Outcome> {
    if (channel === 'mail') return this.parts.mail?.(letter) ?? notSetUp;
    return channel === 'webhook' ? this.byWebhook(letter) : this.byTelegram(letter);
  }

  private async byWebhook(letter: Letter): Promise<Outcome> {
    const address = await this.asked(async (tx) => {
      try {
        return await webhookAddress(tx, this.parts.keyring);
      } catch {
        return undefined;
      }
    });
    if (address === undefined)
      return { isTaken: false, says: 'The key that opens its address is gone: set the address again.' };
    return address === null ? notSetUp : toWebhook(address, letter, this.parts.way);
  }

  private async byTelegram(letter: Letter): Promise<Outcome> {
    const { telegramChat: chat } = await this.asked(alarmWays);
    const token = await this.token();
    if (chat === '' || token === null) return notSetUp;
    return toTelegram({ api: this.parts.telegramApi, token, chat }, letter, this.parts.way);
  }

  private token(): Promise<string | null> {
    return givenSecret(this.parts.credentials, botTokenFile);
  }

  private asked<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.parts.db.withTenant('sync', nobody, work);
  }
}
