import type { FastifyInstance } from 'fastify';
import { changeRoutes } from './change-routes.js';
import type { ScreenshotDeps } from './keep.js';
import { sendRoutes } from './send-routes.js';
import { serveRoutes } from './serve-routes.js';
import { showRoutes } from './show-routes.js';

/** Pictures of trades. */
export function screenshotRoutes(app: FastifyInstance, deps: ScreenshotDeps): void {
  showRoutes(app, deps.kit);
  sendRoutes(app, deps);
  changeRoutes(app, deps);
  serveRoutes(app, deps);
}
