import { z } from 'zod';
import { fromWall, toWall } from '../lib/zone.js';

const wallClock = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?$/;

/** What a field of date and time holds, as an instant of that zone; null where it is none. */
const instantOf = (text: string, timeZone: string): Date | null => {
  const [, day = '', clock = '', seconds = ':00'] = wallClock.exec(text.trim()) ?? [];
  const wallMs = Date.parse(`${day}T${clock}${seconds}Z`);
  // Of a day that no month has some runtimes make the next one.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 10) !== day) return null;
  return new Date(fromWall(timeZone, wallMs));
};

/** An instant as a field of date and time shows it, to the second; '' for none. */
export const wallText = (at: Date | null, timeZone: string): string =>
  at === null ? '' : new Date(toWall(timeZone, at.getTime())).toISOString().slice(0, 19);

/** A date and a time of that zone; null where the field is empty. */
export const optionalTimeField = (timeZone: string) =>
  z
    .string()
    .optional()
    .transform((text = '', context): Date | null => {
      if (text.trim() === '') return null;
      const at = instantOf(text, timeZone);
      if (at !== null && at.getUTCFullYear() >= 1970) return at;
      context.addIssue({
        code: 'custom',
        message: 'This is not a date and a time, such as 2026-11-21 14:32.',
      });
      return z.NEVER;
    });

export const timeField = (timeZone: string) =>
  optionalTimeField(timeZone).transform((at, context): Date => {
    if (at !== null) return at;
    context.addIssue({ code: 'custom', message: 'Please fill this in.' });
    return z.NEVER;
  });
