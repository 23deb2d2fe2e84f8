import { ask, Unasked, type Way } from './ask.js';

/** Tells somebody who waits for it that all went well: they notice when they are not told. Null, or why they were not. */
export async function ping(url: string, way: Way): Promise<string | null> {
  try {
    const { status } = await ask({ url }, way);
    return status >= 200 && status < 300 ? null : `It was refused (status ${status}).`;
  } catch (error) {
    return error instanceof Unasked ? error.message : 'It could not be reached.';
  }
}
