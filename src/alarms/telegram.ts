import { z } from 'zod';
import { ask, Unasked, type Answer, type Way } from './ask.js';
import { asText, type Letter, type Outcome } from './message.js';

export const telegramApi = 'https://api.telegram.org';

/** As BotFather hands it out. */
export const isBotToken = (text: string): boolean => /^\d{5,20}:[\w-]{20,100}$/.test(text);
/** A person's or a group's number, or the name of a channel. */
export const isChat = (text: string): boolean => /^(-?\d{1,20}|@\w{5,32})$/.test(text);

const refused = z.object({ description: z.string() });

function reasonIn(body: string): string {
  try {
    return refused.parse(JSON.parse(body)).description.slice(0, 200);
  } catch {
    return 'it does not say why';
  }
}

function meaning({ status, body }: Answer): Outcome {
  if (status === 200) return { isTaken: true, says: 'Telegram took it.' };
  if (status === 401 || status === 404)
    return { isTaken: false, says: 'Telegram does not know this bot: its token is wrong.' };
  return { isTaken: false, says: `Telegram refused it (status ${status}): ${reasonIn(body)}.` };
}

/** Sends a letter by a bot to a chat. Never throws; nothing that it says holds the token, which stands in the address. */
export async function toTelegram(
  { api, token, chat }: { api: string; token: string; chat: string },
  letter: Letter,
  way: Way,
): Promise<Outcome> {
  if (!isBotToken(token)) return { isTaken: false, says: 'The bot’s token is none that Telegram hands out.' };
  try {
    const body = { chat_id: chat, text: asText(letter), link_preview_options: { is_disabled: true } };
    return meaning(await ask({ url: `${api}/bot${token}/sendMessage`, body }, way));
  } catch (error) {
    return { isTaken: false, says: error instanceof Unasked ? error.message : 'It could not be sent.' };
  }
}
