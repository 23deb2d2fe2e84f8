import { randomUUID } from 'node:crypto';
import { generateSync } from 'otplib';
import type { TestApp } from './app.js';
import { password } from './cast.js';
import type { Estate } from './estate.js';
import { tableAnswer } from './imported.js';
import { pngOf } from './pictures.js';

export type Fields = Record<string, string>;
const newPassword = 'a grey heron at dusk';
const trade = {
  ...{ symbol: 'EURUSD', side: 'buy', lots: '1', openedAt: '2026-02-03T10:00:00', openPrice: '1.08' },
  ...{ closedAt: '2026-02-03T11:00:00', closePrice: '1.09' },
};

const hours = Object.fromEntries(
  ['london', 'newYork', 'tokyo', 'sydney'].flatMap((place) => [
    [`${place}Zone`, 'UTC'],
    [`${place}From`, '01:00'],
    [`${place}To`, '02:00'],
  ]),
);

/** A form that takes effect: what the refused ones would have done. */
export const formEffects: Record<
  string,
  (owner: Estate, world: TestApp) => { fields?: Fields; id?: string; file?: string | Buffer }
> = {
  'POST /setup': () => ({ fields: { email: 'first@example.org', password: newPassword, timeZone: 'UTC' } }),
  'POST /signup': () => ({
    fields: { email: 'new@example.org', password: newPassword, timeZone: 'UTC', agree: 'yes' },
  }),
  'POST /verify/:secret': ({ verifySecret }) => ({ id: verifySecret, fields: { password } }),
  'POST /demo/sessions': ({ userId, email }, { kit }) => {
    kit.demo = { userId, email };
    return {};
  },
  'POST /login': ({ email }) => ({ fields: { email, password } }),
  'POST /logout': () => ({}),
  'POST /login/code': ({ recoveryCode }) => ({ fields: { code: recoveryCode } }),
  'POST /login/code/cancellation': () => ({}),
  'POST /admin/pages/terms': () => ({ fields: { body: 'Be kind.' } }),
  'POST /admin/pages/privacy': () => ({ fields: { body: 'Nothing is kept.' } }),
  'POST /leaving/keeping': () => ({}),
  'POST /leaving/sign-out': () => ({}),
  'POST /reset': ({ email }) => ({ fields: { email } }),
  'POST /reset/:secret': ({ resetSecret }) => ({ id: resetSecret, fields: { password: newPassword } }),
  'POST /welcome/trades': () => ({}),
  'POST /welcome/hours': () => ({ fields: { timeZone: 'Europe/Berlin', hours: 'exchange' } }),
  'POST /welcome/end': () => ({ fields: { how: 'done' } }),
  'POST /accounts': () => ({
    fields: { type: 'manual', label: 'new', category: 'Demo', currency: 'USD', formId: randomUUID() },
  }),
  'POST /accounts/:id': ({ accountId }) => ({
    id: accountId,
    fields: { label: 'changed', category: 'Demo' },
  }),
  'POST /accounts/:id/pause': ({ accountId }) => ({ id: accountId }),
  'POST /accounts/:id/resumption': ({ accountId }) => ({ id: accountId }),
  'POST /accounts/:id/syncs': ({ accountId }) => ({ id: accountId }),
  'POST /accounts/:id/credentials': ({ accountId }) => ({
    id: accountId,
    fields: { investorPassword: 'new' },
  }),
  'POST /accounts/:id/removal': ({ accountId, name }) => ({ id: accountId, fields: { confirm: name } }),
  'POST /trades/views': () => ({ fields: { name: 'new', query: '?side=sell' } }),
  'POST /trades/views/:id': ({ viewId }) => ({ id: viewId, fields: { name: 'changed' } }),
  'POST /trades/views/:id/removal': ({ viewId }) => ({ id: viewId }),
  'POST /trades/columns': () => ({ fields: { columns: 'gross', query: '' } }),
  'POST /trades/tags': ({ tradeId, otherTagId }) => ({
    fields: { ids: tradeId, tag: otherTagId, action: 'add' },
  }),
  'POST /trades/:id/journal': ({ tradeId }) => ({ id: tradeId, fields: { notes: 'changed', version: '1' } }),
  'POST /trades/:id/screenshots': ({ tradeId }) => ({ id: tradeId, file: pngOf(3, 2) }),
  'POST /screenshots/:id/caption': ({ screenshotId }) => ({
    id: screenshotId,
    fields: { caption: 'changed' },
  }),
  'POST /screenshots/:id/removal': ({ screenshotId }) => ({ id: screenshotId }),
  'POST /journal/days/:date': () => ({ id: '2026-02-03', fields: { plan: 'changed', version: '0' } }),
  'POST /journal/weeks/:date': () => ({ id: '2026-02-02', fields: { review: 'changed', version: '0' } }),
  'POST /journal/months/:month': () => ({ id: '2026-02', fields: { lessons: 'changed', version: '0' } }),
  'POST /journal/missed': () => ({
    fields: { symbol: 'EURUSD', side: 'buy', seenAt: '2026-02-03T10:00', formId: randomUUID() },
  }),
  'POST /journal/missed/:id': ({ missedId }) => ({
    id: missedId,
    fields: { symbol: 'EURUSD', side: 'sell', seenAt: '2026-02-03T10:00', version: '1' },
  }),
  'POST /journal/missed/:id/removal': ({ missedId }) => ({ id: missedId }),
  'POST /journal/entries/:id/removal': ({ goneEntryId }) => ({ id: goneEntryId }),
  'POST /trades/import': () => ({ file: 'Symbol,Type\nEURUSD,buy\n' }),
  'POST /trades/import/:id/answer': ({ askedImportId }) => ({ id: askedImportId, fields: tableAnswer }),
  'POST /trades/import/:id/confirmation': ({ importId }) => ({
    id: importId,
    fields: { account: 'new', label: 'imported', category: 'Real', clock: 'ny+7' },
  }),
  'POST /trades/import/:id/withdrawal': ({ importId }) => ({ id: importId }),
  'POST /backtests/:id': ({ backtestId }) => ({ id: backtestId, fields: { name: 'changed' } }),
  'POST /backtests/:id/removal': ({ backtestId }) => ({ id: backtestId }),
  'POST /eas': () => ({ fields: { name: 'new', magics: '5, 6', pattern: '' } }),
  'POST /eas/:id': ({ expertId }) => ({
    id: expertId,
    fields: { name: 'changed', magics: '77', pattern: '' },
  }),
  'POST /eas/:id/moves': ({ expertId }) => ({ id: expertId, fields: { direction: 'down' } }),
  'POST /eas/:id/removal': ({ expertId }) => ({ id: expertId }),
  'POST /trades/preview': () => ({}),
  'POST /trades': ({ manualAccountId }) => ({
    fields: { ...trade, account: manualAccountId, formId: randomUUID() },
  }),
  'POST /trades/:id': ({ manualTradeId }) => ({ id: manualTradeId, fields: trade }),
  'POST /trades/:id/removal': ({ manualTradeId }) => ({ id: manualTradeId }),
  'POST /settings/sessions': () => ({ fields: hours }),
  'POST /settings/instruments': () => ({ fields: { name: 'GER40', contractSize: '25', quote: 'EUR' } }),
  'POST /settings/instruments/removal': ({ spokenName }) => ({ fields: { name: spokenName } }),
  'POST /settings/tags': () => ({ fields: { name: 'new' } }),
  'POST /settings/tags/:id': ({ tagId }) => ({ id: tagId, fields: { name: 'changed' } }),
  'POST /settings/tags/:id/merger': ({ tagId, otherTagId }) => ({ id: tagId, fields: { into: otherTagId } }),
  'POST /settings/tags/:id/removal': ({ tagId }) => ({ id: tagId }),
  'POST /settings/setups': () => ({ fields: { name: 'new' } }),
  'POST /settings/setups/:id': ({ setupId }) => ({ id: setupId, fields: { name: 'changed' } }),
  'POST /settings/setups/:id/merger': ({ setupId, otherSetupId }) => ({
    id: setupId,
    fields: { into: otherSetupId },
  }),
  'POST /settings/setups/:id/removal': ({ setupId }) => ({ id: setupId }),
  'POST /settings/mistakes': () => ({ fields: { name: 'new' } }),
  'POST /settings/mistakes/:id': ({ mistakeId }) => ({ id: mistakeId, fields: { name: 'changed' } }),
  'POST /settings/mistakes/:id/merger': ({ mistakeId, otherMistakeId }) => ({
    id: mistakeId,
    fields: { into: otherMistakeId },
  }),
  'POST /settings/mistakes/:id/removal': ({ mistakeId }) => ({ id: mistakeId }),
  'POST /settings/profile': () => ({ fields: { name: 'changed', timeZone: 'UTC' } }),
  'POST /settings/security/password': () => ({ fields: { current: password, password: newPassword } }),
  'POST /settings/security/sessions/:id/revocation': ({ otherSessionId }) => ({ id: otherSessionId }),
  'POST /settings/security/sessions/revocations': () => ({}),
  'POST /settings/security/two-factor': () => ({ fields: { password } }),
  'POST /settings/security/two-factor/confirmation': ({ factor }, { clock }) => ({
    fields: { code: generateSync({ secret: factor, epoch: clock.now().getTime() / 1000 }) },
  }),
  'POST /settings/security/two-factor/recovery-codes': () => ({ fields: { password } }),
  'POST /settings/security/two-factor/removal': () => ({ fields: { password } }),
  'POST /settings/plan/checkouts': () => ({
    fields: { plan: 'pro', period: 'month', formId: randomUUID() },
  }),
  'POST /settings/plan/portal-visits': () => ({}),
  'POST /settings/plan/changes': () => ({
    fields: { plan: 'elite', period: 'month', formId: randomUUID() },
  }),
  'POST /settings/plan/cancellation': () => ({}),
  'POST /settings/plan/resumption': () => ({}),
  'POST /settings/tokens': () => ({ fields: { name: 'new', scope: 'write', formId: randomUUID() } }),
  'POST /settings/tokens/:id/revocation': ({ tokenId }) => ({ id: tokenId }),
  'POST /settings/data/exports': () => ({}),
  'POST /settings/data/removal': ({ email }) => ({ fields: { password, confirm: email } }),
  'POST /admin/alarms/webhook': () => ({ fields: { webhook: 'https://hooks.example.org/x' } }),
  'POST /admin/alarms/webhook/removal': () => ({}),
  'POST /admin/alarms/telegram': () => ({
    fields: { chat: '-100123', botSecret: '123456789:AAEabcdefghijklmnopqrstuvwxyz' },
  }),
  'POST /admin/alarms/telegram/removal': () => ({}),
  'POST /admin/alarms/tests': () => ({}),
  'POST /admin/mail/tests': () => ({ fields: { formId: randomUUID() } }),
  'POST /admin/mail/letters/:id/tries': ({ letterId }) => ({ id: letterId }),
  'POST /admin/users/:id/role': ({ userId }) => ({ id: userId, fields: { role: 'admin' } }),
  'POST /admin/users/:id/disablement': ({ userId }) => ({ id: userId }),
  'POST /admin/users/:id/enablement': ({ userId }) => ({ id: userId }),
  'POST /admin/users/:id/reset-link': ({ userId }) => ({ id: userId }),
  'POST /admin/terminals/:number/restarts': () => ({ id: '1' }),
  'POST /admin/terminals/market-account': () => ({
    fields: { server: 'Example-Demo', login: '7', investorPassword: 'new', formId: randomUUID() },
  }),
  'POST /admin/terminals/market-account/removal': () => ({}),
  'POST /admin/terminals/servers/removal': () => ({ fields: { server: 'Unknown-Live' } }),
};
