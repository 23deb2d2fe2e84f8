import type { FastifyInstance } from 'fastify';
import type { Kit } from '../../web/kit.js';
import { codeRoutes } from './code-routes.js';
import { leavingRoutes } from './leaving-routes.js';
import { askForLinkRoutes, choosePasswordRoutes } from './reset-routes.js';
import { setupRoutes } from './setup-routes.js';
import { signInRoutes, signOutRoutes } from './sign-in-routes.js';
import { signUpRoutes } from './sign-up-routes.js';
import { verifyRoutes } from './verify-routes.js';

/** The ways in: first administrator, signing up, signing in, the second step, a forgotten password. */
export function authRoutes(app: FastifyInstance, kit: Kit): void {
  setupRoutes(app, kit);
  signUpRoutes(app, kit);
  verifyRoutes(app, kit);
  signInRoutes(app, kit);
  signOutRoutes(app, kit);
  codeRoutes(app, kit);
  leavingRoutes(app, kit);
  askForLinkRoutes(app, kit);
  choosePasswordRoutes(app, kit);
}
