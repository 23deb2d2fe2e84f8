import { limitTable, type Limit, type LimitTable } from '../web/limits.js';

/** The limits of production with room for a test to knock as often as it likes. */
const roomy = (rule: Limit): Limit => ({ ...rule, count: 1_000_000 });
export const noLimits: LimitTable = {
  loginByAddress: roomy(limitTable.loginByAddress),
  loginByAccount: roomy(limitTable.loginByAccount),
  refusalsByAccount: roomy(limitTable.refusalsByAccount),
  lettersByMail: roomy(limitTable.lettersByMail),
  resetByAddress: roomy(limitTable.resetByAddress),
  signupByAddress: roomy(limitTable.signupByAddress),
  setupByAddress: roomy(limitTable.setupByAddress),
  codeByAccount: roomy(limitTable.codeByAccount),
  apiByToken: roomy(limitTable.apiByToken),
  socketsByUser: roomy(limitTable.socketsByUser),
  exportByUser: roomy(limitTable.exportByUser),
  syncByAccount: roomy(limitTable.syncByAccount),
  importByUser: roomy(limitTable.importByUser),
  rereadByUser: roomy(limitTable.rereadByUser),
  tagByUser: roomy(limitTable.tagByUser),
  pictureByUser: roomy(limitTable.pictureByUser),
  alarmTestByUser: roomy(limitTable.alarmTestByUser),
  webhookByAddress: roomy(limitTable.webhookByAddress),
  checkoutByUser: roomy(limitTable.checkoutByUser),
};
