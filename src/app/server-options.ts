import type { RouteOptions } from 'fastify';
import type { Logger } from 'pino';
import type { Billing } from '../billing/desk.js';
import type { BackupFacts } from '../data/backup-records.js';
import type { PictureFiles } from '../data/picture-files.js';
import type { SimulatedServer } from '../features/accounts/routes.js';
import type { AlarmDesk } from '../features/admin/alarm-routes.js';
import type { MailDesk } from '../features/admin/mail-routes.js';
import type { LegalDrafts } from '../features/legal/routes.js';
import type { Status } from '../features/status/status.js';
import type { PictureEncoder } from '../pictures/picture.js';
import type { ReportReader } from '../reports/reading.js';
import type { MarketDesk } from '../sync/market-source.js';
import type { Sync } from '../sync/sync.js';
import type { Terminals } from '../terminals/supervisor.js';
import type { Kit } from '../web/kit.js';
import type { MeasureFacts } from '../web/measure-words.js';
import type { EngineFacts } from '../web/queue-words.js';

/** What the web side is made of. */
export interface ServerOptions {
  kit: Kit;
  sync: Sync;
  billing: Billing | null;
  /** brokers to be clicked in where the terminals are simulated */
  simulatedServers?: readonly SimulatedServer[] | undefined;
  log: Logger;
  readStatus: () => Promise<Status>;
  readMeasures: () => Promise<MeasureFacts>;
  alarms: AlarmDesk;
  room: MailDesk['room'];
  mailServer: MailDesk['mailServer'];
  readEngine: () => Promise<EngineFacts>;
  /** told of every page and every answer of the API: how long it took, and its status */
  onAnswered: (tookMs: number, status: number) => void;
  readBackups: () => Promise<BackupFacts>;
  /** null: this installation runs none */
  terminals: Terminals | null;
  /** reads what people send */
  reports: ReportReader;
  /** makes anew the pictures that people send */
  encoder: PictureEncoder;
  /** where they are kept */
  pictures: PictureFiles;
  /** folder in which files lie while they are read */
  uploads: string;
  /** imports that are being read, each with its user */
  reading: Map<string, string>;
  /** where the account for prices is set; null: none is needed */
  market: MarketDesk | null;
  legal: LegalDrafts;
  /** key that binds form tokens to sessions */
  csrfKey: string;
  /** folder with the built assets */
  assetsDir: string;
  trustProxy: readonly string[];
  apiCorsOrigins: readonly string[];
  /** told of every route as it is registered */
  onRoute?: (route: RouteOptions) => void;
}
