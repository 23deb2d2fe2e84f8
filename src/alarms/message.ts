import type { AlarmKind, Telling } from '../domain/alarm.js';
import { failedAdvice, guide } from './guide.js';

/** What is sent, by whatever way. */
export interface Letter {
  /** the same however often it is sent: whoever gets it twice can tell */
  id: string;
  kind: AlarmKind | 'test' | 'failed';
  telling: Telling | 'test';
  title: string;
  says: string;
  link: string;
  at: string;
}

/** What came of sending: a sentence for the administrator. */
export interface Outcome {
  isTaken: boolean;
  says: string;
}

export interface Told {
  id: string;
  kind: AlarmKind;
  telling: Telling;
  says: string;
  at: Date;
}

const openings: Readonly<Record<Telling, string>> = { begin: '', reminder: 'Still: ', end: 'Over: ' };

export const titleOf = (kind: AlarmKind, telling: Telling): string =>
  `${openings[telling]}${guide[kind].title}`;

const guideLink = (publicUrl: string, kind: AlarmKind): string => `${publicUrl}/admin/alarms/guide#${kind}`;

export const letterOf = ({ id, kind, telling, says, at }: Told, publicUrl: string): Letter => ({
  ...{ id, kind, telling, says, at: at.toISOString() },
  title: titleOf(kind, telling),
  link: guideLink(publicUrl, kind),
});

export const testLetter = (id: string, at: Date, publicUrl: string): Letter => ({
  ...{ id, kind: 'test', telling: 'test', at: at.toISOString() },
  title: 'Test',
  says: 'Alarms of RawJournal will arrive here.',
  link: `${publicUrl}/admin/alarms`,
});

/** That systemd gave up on one of our units; it may be the one that would tell of everything else. */
export const failedLetter = (
  { id, unit, host, at }: { id: string; unit: string; host: string; at: Date },
  publicUrl: string,
): Letter => ({
  ...{ id, kind: 'failed', telling: 'begin', at: at.toISOString() },
  title: failedAdvice.title,
  says: `${unit} failed on ${host}. Look there: journalctl -u ${unit}`,
  link: `${publicUrl}/admin/alarms/guide#failed`,
});

/** As plain text, for people. */
export const asText = ({ title, says, link }: Letter): string => `RawJournal: ${title}\n${says}\n${link}`;
