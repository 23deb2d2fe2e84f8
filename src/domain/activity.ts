import type { ManualTrade } from './manual-trade.js';

/** What the list of somebody's activity is parted into. */
export const activityKinds = ['security', 'trades', 'imports', 'accounts', 'rights', 'data'] as const;
export type ActivityKind = (typeof activityKinds)[number];

export type DoneBy = 'owner' | 'program' | 'administrator' | 'console' | 'payments' | 'stranger';

/** When something was done, by whom and from where; address and browser are '' where there is none. */
export interface Occasion {
  at: Date;
  by: DoneBy;
  /** shortened */
  address: string;
  /** in words */
  device: string;
}

/** A trade as it was entered by hand: every field as text, '' where nothing was said. Times are ISO 8601 in UTC. */
export type TradeFacts = Readonly<Record<TradeField, string>>;
export const tradeFields = [
  'account',
  'symbol',
  'side',
  'lots',
  'openedAt',
  'openPrice',
  'closedAt',
  'closePrice',
  'stopLoss',
  'takeProfit',
  'commission',
  'swap',
  'net',
  'magic',
  'comment',
] as const;
export type TradeField = (typeof tradeFields)[number];

export const tradeFacts = (account: string, { exit, ...trade }: ManualTrade): TradeFacts => ({
  account,
  symbol: trade.symbol,
  side: trade.side,
  lots: trade.lots,
  openedAt: trade.openedAt.toISOString(),
  openPrice: trade.openPrice,
  closedAt: exit?.at.toISOString() ?? '',
  closePrice: exit?.price ?? '',
  stopLoss: trade.stopLoss ?? '',
  takeProfit: trade.takeProfit ?? '',
  commission: trade.commission,
  swap: trade.swap,
  net: trade.net ?? '',
  magic: trade.magic,
  comment: trade.comment,
});

interface OfAccount {
  accountId: string;
  label: string;
}
interface OfImport {
  importId: string;
  file: string;
}

/** What there is to say of each thing that can be done, beside that it was; never a secret. */
interface ActivityDetails {
  'signed-up': object;
  'signed-in': object;
  'sign-in-refused': { step: 'password' | 'code' };
  'signed-out': object;
  'address-confirmed': object;
  'password-changed': object;
  /** by a mailed link, or one that was handed over */
  'password-reset': object;
  'reset-link-made': object;
  'factor-on': object;
  'factor-off': object;
  'recovery-codes-made': object;
  'token-made': { name: string; scope: 'read' | 'write' };
  'token-revoked': { name: string };
  'tokens-revoked': object;
  'sessions-ended': { count: number };
  'trade-entered': { tradeId: string; after: TradeFacts };
  'trade-changed': { tradeId: string; before: TradeFacts; after: TradeFacts };
  'trade-deleted': { before: TradeFacts };
  'import-saved': OfImport & { account: string; rows: number };
  'import-undone': OfImport;
  'account-connected': OfAccount & { server: string; login: string };
  'account-added': OfAccount;
  'account-password': OfAccount;
  'account-paused': OfAccount;
  'account-resumed': OfAccount;
  'account-removed': OfAccount;
  'user-made': object;
  'role-changed': { to: 'user' | 'admin' };
  /** names of plans */
  'plan-changed': { from: string; to: string };
  disabled: object;
  enabled: object;
  'export-made': object;
  'terms-agreed': { version: string };
  'leaving-asked': { leavesAt: string };
  'leaving-taken-back': object;
}

export type ActivityWhat = keyof ActivityDetails;

/** One thing that was done, and what it was about. */
export type Activity = {
  [W in ActivityWhat]: object extends ActivityDetails[W]
    ? { what: W }
    : { what: W; details: ActivityDetails[W] };
}[ActivityWhat];

const kinds: Readonly<Record<ActivityWhat, ActivityKind>> = {
  'signed-up': 'security',
  'signed-in': 'security',
  'sign-in-refused': 'security',
  'signed-out': 'security',
  'address-confirmed': 'security',
  'password-changed': 'security',
  'password-reset': 'security',
  'reset-link-made': 'security',
  'factor-on': 'security',
  'factor-off': 'security',
  'recovery-codes-made': 'security',
  'token-made': 'security',
  'token-revoked': 'security',
  'tokens-revoked': 'security',
  'sessions-ended': 'security',
  'trade-entered': 'trades',
  'trade-changed': 'trades',
  'trade-deleted': 'trades',
  'import-saved': 'imports',
  'import-undone': 'imports',
  'account-connected': 'accounts',
  'account-added': 'accounts',
  'account-password': 'accounts',
  'account-paused': 'accounts',
  'account-resumed': 'accounts',
  'account-removed': 'accounts',
  'user-made': 'rights',
  'role-changed': 'rights',
  'plan-changed': 'rights',
  disabled: 'rights',
  enabled: 'rights',
  'export-made': 'data',
  'terms-agreed': 'data',
  'leaving-asked': 'data',
  'leaving-taken-back': 'data',
};

export const kindOf = (what: ActivityWhat): ActivityKind => kinds[what];
