import { randomUUID } from 'node:crypto';
import type { MarketAccountRow } from '../../data/market-account.js';
import type { MarketDesk } from '../../sync/market-source.js';
import type { Terminals } from '../../terminals/supervisor.js';
import type { Typed } from '../../web/form.js';
import type { Visitor } from '../../web/kit.js';
import { marketSince, marketWords, noneNeeded, noTerminals } from '../../web/market-words.js';
import { shortLogin } from '../../web/terminal-words.js';
import { when } from '../../web/words.js';

export interface MarketPlace {
  /** null: none is needed */
  market: MarketDesk | null;
  /** null: this installation runs none */
  terminals: Terminals | null;
}

/** What was asked of the region beyond showing it. */
export interface MarketAsked {
  /** the form although an account is set */
  change?: boolean;
  refused?: { errors: Readonly<Record<string, string>>; typed: Typed };
}

const tones = { green: 'good', amber: 'warn' } as const;

/** What is set, and how it stands. */
function standing(row: MarketAccountRow | null, timeZone: string) {
  const { level, word, detail } = marketWords(row);
  return {
    badge: { text: word, tone: row?.state === 'set' && level === 'green' ? 'plain' : tones[level] },
    detail,
    account:
      row === null
        ? null
        : { server: row.server, login: shortLogin(row.login), since: when(marketSince(row), timeZone) },
  };
}

const formOf = ({ refused }: MarketAsked) => ({
  server: refused?.typed['server'] ?? '',
  login: refused?.typed['login'] ?? '',
  errors: refused?.errors ?? {},
  formId: randomUUID(),
});

const without = (instead: string) => ({ instead, standing: null, form: null, canChange: false });

/** Finished strings: a sentence in the place of all, or what is set and the form that sets another one. */
export async function marketView(
  { market, terminals }: MarketPlace,
  { timeZone }: Pick<Visitor, 'timeZone'>,
  asked: MarketAsked = {},
) {
  if (terminals === null) return without(noTerminals);
  if (market === null) return without(noneNeeded);
  const row = await market.look();
  const isWanted = asked.change === true || asked.refused !== undefined;
  const isAsked = isWanted || row === null || row.state === 'refused';
  return {
    instead: null,
    standing: standing(row, timeZone),
    form: isAsked ? formOf(asked) : null,
    canChange: !isAsked,
  };
}
