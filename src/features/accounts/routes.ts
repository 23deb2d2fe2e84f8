import type { FastifyInstance } from 'fastify';
import type { Sync } from '../../sync/sync.js';
import type { ApiApp } from '../../web/api.js';
import type { Kit } from '../../web/kit.js';
import { editRoutes, removalRoutes, switchRoutes } from './action-routes.js';
import { apiRoutes } from './api-routes.js';
import { apiListRoutes } from './api-list-routes.js';
import { connectRoutes, type SimulatedServer } from './connect-routes.js';
import { listRoutes } from './list-routes.js';
import { pageRoutes } from './page-routes.js';

export type { SimulatedServer };

/** `simulatedServers`: offered to be clicked in where the terminals are simulated. */
export function accountRoutes(
  app: FastifyInstance,
  kit: Kit,
  sync: Sync,
  simulatedServers: readonly SimulatedServer[] = [],
): void {
  listRoutes(app, kit, sync);
  connectRoutes(app, kit, sync, simulatedServers);
  pageRoutes(app, kit, sync);
  switchRoutes(app, kit, sync);
  editRoutes(app, kit, sync);
  removalRoutes(app, kit, sync);
}

export function accountApiRoutes(api: ApiApp, kit: Kit, sync: Sync): void {
  apiRoutes(api, kit, sync);
  apiListRoutes(api, kit);
}
