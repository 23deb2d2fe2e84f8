import type { FastifyInstance } from 'fastify';
import type { Kit } from '../../web/kit.js';
import { exportRoutes } from './export-routes.js';
import type { PicturesOf } from './export-pictures.js';
import { listRoutes } from './list-routes.js';
import { missedRoutes } from './missed-routes.js';
import { removalRoutes } from './removal-routes.js';

/** What somebody wrote of all trades, of those that were missed, and of those that are gone. */
export function journalPageRoutes(app: FastifyInstance, kit: Kit, picturesOf?: PicturesOf): void {
  listRoutes(app, kit);
  missedRoutes(app, kit);
  removalRoutes(app, kit);
  exportRoutes(app, kit, picturesOf);
}
