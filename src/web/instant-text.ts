/** An instant as PostgreSQL writes it, which a cursor brings back: `2026-11-21 14:32:05.123+00`. */
export const isInstantText = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/.test(text) &&
  !Number.isNaN(Date.parse(text.replace(/([+-]\d\d)$/, '$1:00')));
