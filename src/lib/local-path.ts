/**
 * A path on this site to go to after signing in, or the fallback. Refused are other hosts in every disguise:
 * `//host`, `/\host`, and control characters that browsers strip before they look.
 */
export const localPath = (value: unknown, fallback: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  typeof value === 'string' && value.length <= 2_000 && /^\/(?![/\\])[^\u0000-\u0020\u007f\\]*$/.test(value)
    ? value
    : fallback;
