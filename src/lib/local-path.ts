/**
 * A path on this site to go to after signing in, or the fallback. Refused are other hosts in every disguise:
 * `//host`, `/\host`, and control characters that browsers strip before they look. Browsers write everything beyond
 * ASCII as %XX, and nothing else fits into a header.
 */
export const localPath = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value.length <= 2_000 && /^\/(?!\/)[!-[\]-~]*$/.test(value) ? value : fallback;
