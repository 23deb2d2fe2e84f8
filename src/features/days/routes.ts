import type { FastifyInstance } from 'fastify';
import type { Kit } from '../../web/kit.js';
import { journalPageRoutes } from './page-routes.js';
import { savePageRoutes } from './save-routes.js';

/** What people write of their days, weeks and months, beside what these came to. */
export function dayRoutes(app: FastifyInstance, kit: Kit): void {
  journalPageRoutes(app, kit);
  savePageRoutes(app, kit);
}
