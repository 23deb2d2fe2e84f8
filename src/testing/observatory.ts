/** What a scanner sees of a page and of the way to it. */
export interface Seen {
  /** where the address without encryption leads; null: it answers by itself */
  redirectsTo: string | null;
  url: string;
  /** lower-case name → value */
  headers: Readonly<Record<string, string | undefined>>;
  cookies: readonly string[];
  /** addresses of the scripts of the page */
  scripts: readonly string[];
}

type Points = readonly [of: string, points: number];

function policyPoints(policy: string): Points[] {
  const directives = new Map(
    policy.split(';').map((part): [string, string[]] => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
  const sources = (name: string): string[] => directives.get(name) ?? directives.get('default-src') ?? ['*'];
  const active = [...sources('script-src'), ...sources('object-src'), ...sources('style-src')];
  if (policy === '') return [['policy', -25]];
  if (active.some((source) => /^'unsafe-|^data:|^https?:$|^\*$/.test(source))) return [['policy', -20]];
  if ([...directives.values()].flat().some((source) => source.startsWith('http:'))) return [['policy', -20]];
  const isNone = directives.get('default-src')?.join() === "'none'";
  const keepsForms = ["'none'", "'self'"].includes(directives.get('form-action')?.join() ?? '');
  return [
    ['policy', isNone && keepsForms ? 10 : 5],
    ['frames', directives.has('frame-ancestors') ? 5 : -20],
  ];
}

function cookiePoints(cookies: readonly string[]): number {
  if (cookies.length === 0) return 0;
  const all = (flag: RegExp): boolean => cookies.every((cookie) => flag.test(cookie));
  if (!all(/; *secure/i)) return -40;
  if (!all(/; *httponly/i)) return -30;
  return all(/; *samesite=(lax|strict)/i) ? 5 : -20;
}

function transportPoints(header: string | undefined): number {
  const seconds = Number(/max-age=(\d+)/.exec(header ?? '')?.[1] ?? NaN);
  if (Number.isNaN(seconds)) return -20;
  return seconds >= 15_768_000 ? 0 : -10;
}

const isSecureRedirect = ({ redirectsTo, url }: Seen): boolean =>
  redirectsTo?.startsWith('https://') === true && new URL(redirectsTo).hostname === new URL(url).hostname;

/**
 * Points as Mozilla's HTTP Observatory gives them (mdn/mdn-http-observatory, `src/grader`, 2025): 100, less what is
 * missing, more for what is better than asked, the latter from 90 on. A browser's list of preloaded hosts, which would
 * give 5 more, cannot be looked at from here.
 */
export function observatory(seen: Seen): { score: number; points: Points[] } {
  const { headers, cookies, url, scripts } = seen;
  const isOwn = (script: string): boolean => new URL(script, url).origin === new URL(url).origin;
  const points: Points[] = [
    ...policyPoints(headers['content-security-policy'] ?? ''),
    ['cookies', cookiePoints(cookies)],
    ['other origins', headers['access-control-allow-origin'] === undefined ? 0 : -50],
    ['redirection', isSecureRedirect(seen) ? 0 : -20],
    [
      'referrer',
      /^(no-referrer|same-origin|strict-origin.*)$/.test(headers['referrer-policy'] ?? '') ? 5 : -5,
    ],
    ['transport', transportPoints(headers['strict-transport-security'])],
    ['scripts', scripts.every(isOwn) ? 0 : -50],
    ['types', headers['x-content-type-options'] === 'nosniff' ? 0 : -5],
    ['resources', /^same-(origin|site)$/.test(headers['cross-origin-resource-policy'] ?? '') ? 10 : 0],
  ];
  const sum = (wanted: (points: number) => boolean): number =>
    points
      .map(([, each]) => each)
      .filter(wanted)
      .reduce((total, each) => total + each, 0);
  const base = 100 + sum((each) => each < 0);
  return { score: base >= 90 ? base + sum((each) => each > 0) : base, points };
}
