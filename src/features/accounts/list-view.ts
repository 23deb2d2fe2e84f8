import type { AccountRow } from '../../data/accounts.js';
import type { ReconciliationRow } from '../../data/reconciliations.js';
import { type Category } from '../../data/schema-trading.js';
import type { Sync } from '../../sync/sync.js';
import { conditionOf } from '../../web/account-state.js';
import { ledgerBadge, typeWords, wordsOf } from '../../web/account-words.js';
import { ageLevel, amount, digitsOf, signed, span, toneOf } from '../../web/figures.js';

/** Real money first. */
const order: readonly Category[] = ['Real', 'Funded', 'Challenge', 'Demo'];

const rowOf = (account: AccountRow, reconciliation: ReconciliationRow | undefined, sync: Sync, now: Date) => {
  const { state, ageSeconds } = conditionOf(account, sync, now);
  const isLive = account.type === 'live';
  const { word, tone } = wordsOf(account, state);
  const digits = digitsOf(account);
  return {
    id: account.id,
    label: account.label,
    from: isLive ? `${account.server ?? ''} · ${account.login ?? ''}` : typeWords[account.type].sentence,
    type: typeWords[account.type].word,
    state: isLive ? { text: word, tone } : null,
    currency: account.currency,
    balance: amount(account.balance, digits),
    equity: amount(account.equity, digits),
    floating: signed(account.floating, digits),
    floatingTone: toneOf(account.floating),
    ledger: isLive ? ledgerBadge(reconciliation, digits) : null,
    age: {
      text: ageSeconds === null ? null : span(ageSeconds),
      level: ageLevel(ageSeconds),
      at: account.light_synced_at?.getTime() ?? null,
    },
  };
};

/** The list of accounts, by category. */
export const listView = (
  accounts: readonly AccountRow[],
  reconciliations: ReadonlyMap<string, ReconciliationRow>,
  sync: Sync,
  now: Date,
) => ({
  count: accounts.length,
  groups: order
    .map((category) => ({
      category,
      rows: accounts
        .filter((account) => account.category === category)
        .map((account) => rowOf(account, reconciliations.get(account.id), sync, now)),
    }))
    .filter(({ rows }) => rows.length > 0),
});
