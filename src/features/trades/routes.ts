import type { FastifyInstance } from 'fastify';
import type { Kit } from '../../web/kit.js';
import { listRoutes } from './list-routes.js';
import { tradePageRoutes } from './trade-routes.js';

export function tradeRoutes(app: FastifyInstance, kit: Kit): void {
  listRoutes(app, kit);
  tradePageRoutes(app, kit);
}
