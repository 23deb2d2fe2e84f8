import type { Session } from '../domain/sessions.js';

const sessionWords: Readonly<Record<Session, string>> = {
  asian: 'Asian',
  london: 'London',
  overlap: 'London and New York',
  'new-york': 'New York',
  off: 'Off hours',
};

/** A session as people say it. */
export const sessionWord = (session: Session): string => sessionWords[session];
