import { mailFacts } from '../../data/all-letters.js';
import type { Database } from '../../data/database.js';
import { secondMs } from '../../lib/clock.js';
import { span } from '../../web/figures.js';
import { count } from '../../web/words.js';
import type { Check } from './status.js';

/** How the queue of letters stands. `server`: such as `smtp.example.org:587 (STARTTLS)`; null: no mail is set up. */
export async function mailFinding(
  db: Database,
  server: string | null,
  now: Date,
): Promise<Omit<Check, 'name'>> {
  if (server === null)
    return { level: 'green', says: 'not set up; letters stand at /admin/mail until they expire', fix: null };
  const { waiting, stuckSince, givenUp, lastError } = await mailFacts(db, now);
  if (stuckSince === null && givenUp === 0)
    return { level: 'green', says: `${server}, ${count(waiting, 'letter')} waiting`, fix: null };
  const stuck =
    stuckSince === null ? '' : `, since ${span((now.getTime() - stuckSince.getTime()) / secondMs)} in vain`;
  const lost = givenUp === 0 ? '' : `; ${count(givenUp, 'letter')} of the last day given up`;
  const error = lastError === '' ? '' : `; ${lastError}`;
  return {
    level: 'amber',
    says: `${server}, ${count(waiting, 'letter')} waiting${stuck}${lost}${error}`,
    fix: 'See them at /admin/mail, and send a test letter there; rawjournal doctor tries the mail server.',
  };
}
