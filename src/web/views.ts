import { Eta } from 'eta';
import { renderMarkdown } from './markdown.js';

export interface Views {
  /**
   * A template named below the views folder (`auth/login`) → its HTML. Throws, naming template and line, when the
   * template prints a value that is missing, not a number, or not printable.
   */
  render(template: string, data: object): string;
}

/** What both layouts read as `it.shell`. A page's own finished strings stand beside it at the top of `it`. */
export interface Shell {
  /** The page's name; the layout appends the product's. */
  title: string;
  /** Key of the current entry in `views/parts/nav.eta`; '' for none. */
  section: string;
  user: null | { name: string; email: string; initials: string; role: 'user' | 'admin' };
  csrf: string;
  flash: { kind: 'good' | 'bad' | 'info'; text: string }[];
  notices: { kind: 'info' | 'warn' | 'bad'; text: string }[];
  version: string;
  /** Plans are sold here. */
  sells: boolean;
  /** The accounts to choose from in the header; null where there is nothing to choose. */
  accounts: null | { value: string; options: { value: string; label: string }[] };
  /** `?account=…`, or '': what every link carries along */
  search: string;
  /** the server's clock when this was drawn */
  nowMs: number;
  /** Where the page's socket connects; null for a stranger. */
  live: string | null;
  /** State of the connection to the brokers; left out where nothing is connected. */
  sync?: { tone: 'good' | 'warn' | 'bad' | 'idle'; text: string; href?: string; age?: string };
  /** Money is covered, as its owner chose in this browser. */
  isVeiled?: boolean;
  /** Colours of gain and loss; green and red when left out. */
  money?: 'green-red' | 'blue-orange';
}

/**
 * `part('badge', { text })` draws views/parts/badge.eta. Unlike `include` it passes on nothing of the page but the
 * shell, so that a parameter left out is never filled by a page's value of the same name.
 */
const partFunction = `const part = (name, data) =>
  this.render('/parts/' + name, { asset: it.asset, shell: it.shell, ...data }, options);
const written = (text) => this.written(text);
const sum = (unit) => this.sum(unit);`;

/** A unit of money, as ISO 4217 and brokers write it, alone or behind its kind of account: `USD`, `Real USD`. */
const isCurrency = (unit: unknown): boolean => typeof unit === 'string' && /(^| )[A-Z]{3}$/.test(unit);

/**
 * `written(text)` shows what somebody wrote in Markdown; `sum(unit)` marks a figure that is covered where money is, if its
 * unit is one of money.
 */
class Engine extends Eta {
  readonly written = renderMarkdown;
  readonly sum = (unit: unknown): string => (isCurrency(unit) ? ' data-sum' : '');
}

/** Compiles each template once. `asset` turns an asset's name into its URL and is `it.asset` in every template. */
export function createViews({
  viewsDir,
  asset,
}: {
  viewsDir: string;
  asset: (name: string) => string;
}): Views {
  const engine = createEngine(viewsDir, false);
  const slow = createEngine(viewsDir, true);
  return {
    render: (template, data) => {
      const it = { ...data, asset };
      try {
        return engine.render(template, it);
      } catch {
        // Keeping count of lines costs a tenth of a page; only a page that fails pays for it.
        return slow.render(template, it);
      }
    },
  };
}

function createEngine(viewsDir: string, debug: boolean): Eta {
  const engine = new Engine({
    views: viewsDir,
    cache: true,
    debug,
    autoEscape: true,
    autoFilter: true,
    filterFunction: printable,
    functionHeader: partFunction,
  });
  rememberPaths(engine);
  return engine;
}

/** Looking a part up by name costs more than drawing it, and a page draws dozens. */
function rememberPaths(eta: Eta): void {
  const known = new Map<string, string>();
  const resolve = eta.resolvePath;
  eta.resolvePath = (template, options) => {
    // A part is named from the top; only what a page includes depends on where the page is.
    const key = template.startsWith('/') ? template : `${options?.filepath ?? ''} ${template}`;
    const path = known.get(key) ?? resolve.call(eta, template, options);
    known.set(key, path);
    return path;
  };
}

/** Unknown is "—"; missing is a mistake in the program. */
function printable(value: unknown): string {
  if (value === null) return '—';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new TypeError(`A template cannot print ${typeof value === 'number' ? String(value) : typeof value}.`);
}
