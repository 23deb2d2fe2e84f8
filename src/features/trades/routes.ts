import type { FastifyInstance } from 'fastify';
import type { Sync } from '../../sync/sync.js';
import type { Kit } from '../../web/kit.js';
import { tradeChartRoutes } from './chart-routes.js';
import { exportRoutes } from './export-routes.js';
import { journalRoutes } from './journal-routes.js';
import { listRoutes } from './list-routes.js';
import { manualEditRoutes, manualRoutes } from './manual-routes.js';
import { openTradeRoutes } from './open-routes.js';
import { tradeRemovalRoutes } from './removal-routes.js';
import { tagRoutes } from './tag-routes.js';
import { tradePageRoutes } from './trade-routes.js';
import { columnRoutes, viewRoutes } from './view-routes.js';

export function tradeRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  listRoutes(app, kit);
  viewRoutes(app, kit);
  columnRoutes(app, kit);
  exportRoutes(app, kit);
  tagRoutes(app, kit);
  tradePageRoutes(app, kit);
  openTradeRoutes(app, kit);
  tradeChartRoutes(app, kit, sync);
  journalRoutes(app, kit);
  manualRoutes(app, kit, sync);
  manualEditRoutes(app, kit);
  tradeRemovalRoutes(app, kit);
}
