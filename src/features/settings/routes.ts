import type { FastifyInstance } from 'fastify';
import type { Sync } from '../../sync/sync.js';
import type { Kit } from '../../web/kit.js';
import { activityRoutes } from './activity-routes.js';
import { dataRoutes, type ExportOfAll } from './data-routes.js';
import { instrumentRoutes } from './instrument-routes.js';
import { labelRoutes } from './label-routes.js';
import { profileRoutes } from './profile-routes.js';
import { sessionHoursRoutes } from './session-hours-routes.js';
import { sessionRoutes } from './session-routes.js';
import { securityRoutes } from './security-routes.js';
import { tokenRoutes } from './token-routes.js';
import { twoFactorRoutes } from './two-factor-routes.js';
import { weeklyRoutes } from './weekly-routes.js';

export function settingsRoutes(
  app: FastifyInstance,
  kit: Kit,
  parts: { exportOfAll: ExportOfAll; sync: Sync },
): void {
  profileRoutes(app, kit);
  securityRoutes(app, kit);
  sessionRoutes(app, kit);
  twoFactorRoutes(app, kit);
  tokenRoutes(app, kit);
  instrumentRoutes(app, kit);
  labelRoutes(app, kit);
  sessionHoursRoutes(app, kit);
  weeklyRoutes(app, kit);
  activityRoutes(app, kit);
  dataRoutes(app, kit, parts);
}
