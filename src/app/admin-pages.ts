import type { FastifyInstance } from 'fastify';
import type { BackupFacts } from '../data/backup-records.js';
import { alarmRoutes, type AlarmDesk } from '../features/admin/alarm-routes.js';
import { backupRoutes } from '../features/admin/backup-routes.js';
import { mailRoutes, type MailDesk } from '../features/admin/mail-routes.js';
import { marketRoutes } from '../features/admin/market-routes.js';
import { revenueRoutes } from '../features/admin/revenue-routes.js';
import { adminRoutes, userActionRoutes } from '../features/admin/routes.js';
import { serverRoutes } from '../features/admin/server-routes.js';
import { stateRoutes } from '../features/admin/state-routes.js';
import { terminalPageRoutes } from '../features/admin/terminal-page-routes.js';
import { terminalRoutes } from '../features/admin/terminal-routes.js';
import type { Status } from '../features/status/status.js';
import type { MarketDesk } from '../sync/market-source.js';
import type { Terminals } from '../terminals/supervisor.js';
import type { Kit } from '../web/kit.js';
import type { MeasureFacts } from '../web/measure-words.js';
import type { EngineFacts } from '../web/queue-words.js';

/** What administrators look at and change, beside what everybody has. */
export interface AdminDesk {
  readMeasures: () => Promise<MeasureFacts>;
  alarms: AlarmDesk;
  room: MailDesk['room'];
  mailServer: MailDesk['mailServer'];
  readEngine: () => Promise<EngineFacts>;
  readBackups: () => Promise<BackupFacts>;
  /** null: this installation runs none */
  terminals: Terminals | null;
  /** where the account for prices is set; null: none is needed */
  market: MarketDesk | null;
}

export function adminPages(
  app: FastifyInstance,
  options: AdminDesk & { kit: Kit; readStatus: () => Promise<Status> },
): void {
  const { kit } = options;
  adminRoutes(app, kit);
  userActionRoutes(app, kit);
  stateRoutes(app, kit, options);
  revenueRoutes(app, kit);
  alarmRoutes(app, kit, options.alarms);
  mailRoutes(app, kit, options);
  terminalRoutes(app, kit, options);
  terminalPageRoutes(app, kit, options.terminals);
  backupRoutes(app, kit, options);
  marketRoutes(app, kit, options);
  serverRoutes(app, kit);
}
