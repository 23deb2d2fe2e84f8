import { exchangeWindows, places, usualWindows, type Windows } from '../../domain/sessions.js';

/** own: as they are, set in the settings */
export const hourNames = ['usual', 'exchange', 'own'] as const;
type HourName = (typeof hourNames)[number];

export const hourPresets: Readonly<Record<Exclude<HourName, 'own'>, Windows>> = {
  usual: usualWindows,
  exchange: exchangeWindows,
};

const isSame = (a: Windows, b: Windows): boolean =>
  places.every(
    (place) =>
      a[place].zone === b[place].zone &&
      a[place].fromMinute === b[place].fromMinute &&
      a[place].toMinute === b[place].toMinute,
  );

/** Which of the offered hours these are. */
export const presetOf = (windows: Windows): HourName => {
  if (isSame(windows, hourPresets.usual)) return 'usual';
  return isSame(windows, hourPresets.exchange) ? 'exchange' : 'own';
};
