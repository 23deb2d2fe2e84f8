import { ask, Unasked, type Answer, type Way } from './ask.js';
import { asText, type Letter, type Outcome } from './message.js';

/** What an answer means. Of its body nothing is shown: it could be anybody's. */
function meaning({ status }: Answer): Outcome {
  if (status >= 200 && status < 300) return { isTaken: true, says: `It was taken (status ${status}).` };
  if (status >= 300 && status < 400)
    return {
      isTaken: false,
      says: `It leads elsewhere (status ${status}), and that is not followed: set the address it leads to.`,
    };
  return { isTaken: false, says: `It was refused (status ${status}).` };
}

/** Sends a letter as JSON; `text` and `content` are what Slack, Mattermost and Discord show. Never throws. */
export async function toWebhook(url: string, letter: Letter, way: Way): Promise<Outcome> {
  try {
    const text = asText(letter);
    return meaning(await ask({ url, body: { ...letter, text, content: text } }, way));
  } catch (error) {
    return { isTaken: false, says: error instanceof Unasked ? error.message : 'It could not be sent.' };
  }
}
