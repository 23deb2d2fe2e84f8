import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import serveStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { accountApiRoutes, accountRoutes } from '../features/accounts/routes.js';
import { alarmRoutes } from '../features/admin/alarm-routes.js';
import { backupRoutes } from '../features/admin/backup-routes.js';
import { mailRoutes } from '../features/admin/mail-routes.js';
import { adminRoutes, userActionRoutes } from '../features/admin/routes.js';
import { serverRoutes } from '../features/admin/server-routes.js';
import { revenueRoutes } from '../features/admin/revenue-routes.js';
import { stateRoutes } from '../features/admin/state-routes.js';
import { terminalPageRoutes } from '../features/admin/terminal-page-routes.js';
import { marketRoutes } from '../features/admin/market-routes.js';
import { terminalRoutes } from '../features/admin/terminal-routes.js';
import { analyticsApiRoutes } from '../features/analytics/api-routes.js';
import { analyticsRoutes } from '../features/analytics/page-routes.js';
import { apiRoutes } from '../features/api/routes.js';
import { symbolApiRoutes } from '../features/api/symbol-routes.js';
import { authRoutes } from '../features/auth/routes.js';
import { expertApiRoutes } from '../features/experts/api-routes.js';
import { expertRoutes } from '../features/experts/routes.js';
import { billingRoutes } from '../features/billing/routes.js';
import { backtestApiRoutes } from '../features/backtests/api-routes.js';
import { backtestRoutes } from '../features/backtests/routes.js';
import { candleApiRoutes } from '../features/charts/api-routes.js';
import { candleRegions, chartRoutes } from '../features/charts/routes.js';
import { dashboardApiRoutes } from '../features/dashboard/api-routes.js';
import { boardRegions, dashboardRoutes } from '../features/dashboard/routes.js';
import { dayApiRoutes } from '../features/days/api-routes.js';
import { dayRoutes } from '../features/days/routes.js';
import { helpRoutes } from '../features/help/routes.js';
import { homeRoutes } from '../features/home/routes.js';
import { journalListApiRoutes } from '../features/journal/api-routes.js';
import { legalRoutes } from '../features/legal/routes.js';
import { journalPageRoutes } from '../features/journal/routes.js';
import { journalPictures } from './journal-pictures.js';
import type { ServerOptions } from './server-options.js';
import { exportOfAll } from './whole-export.js';
import { importApiRoutes } from '../features/imports/api-routes.js';
import { importRoutes } from '../features/imports/routes.js';
import { liveRoutes } from '../features/live/routes.js';
import { shellRegions } from '../features/live/shell.js';
import { paletteRoutes } from '../features/palette/routes.js';
import { screenshotApiRoutes } from '../features/screenshots/api-routes.js';
import { screenshotRoutes } from '../features/screenshots/routes.js';
import { activityApiRoutes } from '../features/settings/activity-api-routes.js';
import { settingsRoutes } from '../features/settings/routes.js';
import { healthRoutes, statusApiRoutes } from '../features/status/routes.js';
import { welcomeRoutes } from '../features/welcome/routes.js';
import { streamProtocol, streamRoutes } from '../features/stream/routes.js';
import { tradeApiRoutes } from '../features/trades/api-routes.js';
import { journalApiRoutes } from '../features/trades/journal-api-routes.js';
import { manualApiRoutes } from '../features/trades/manual-api-routes.js';
import { openTradeRegions } from '../features/trades/open-routes.js';
import { tradeRoutes } from '../features/trades/routes.js';
import { describeApi } from '../web/api.js';
import { isAmong } from '../web/address.js';
import { answerErrors, answerUnreadable } from '../web/errors.js';
import { guardRoutes } from '../web/gate.js';
import { squeezePages } from '../web/squeezed.js';
import { setHeaders } from '../web/headers.js';
import { guardForms, guardHost } from '../web/origin.js';
import { csrfOwner } from '../web/page.js';
import { keepSockets, type Sockets } from '../web/sockets.js';

/** Unlike in any other run of the program, and short enough to be read out. */
const requestIds = (): (() => string) => {
  const run = randomBytes(3).toString('hex');
  let count = 0;
  return () => `${run}-${(count++).toString(36)}`;
};

const create = ({ log, trustProxy }: ServerOptions): FastifyInstance => {
  const isProxy = isAmong(trustProxy);
  return fastify({
    loggerInstance: log,
    // A peer on a unix socket has no address: that is the proxy on this machine. Over TCP only those named are believed.
    trustProxy: (address: string | undefined) => address === undefined || isProxy(address),
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    // Headers first: Node lets the longer of the two govern both. And it looks often, or a slow one stays twice as long.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
    frameworkErrors: answerUnreadable,
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIds(),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  }) as unknown as FastifyInstance;
};

async function addPlugins(app: FastifyInstance, { kit, csrfKey, assetsDir }: ServerOptions): Promise<void> {
  await app.register(formbody, { bodyLimit: 64 * 1024 });
  await app.register(multipart);
  await app.register(csrf, {
    cookieKey: kit.cookies.csrf,
    cookieOpts: kit.cookies.flags,
    getUserInfo: csrfOwner,
    csrfOpts: { hmacKey: csrfKey, userInfo: true },
    logLevel: 'debug',
  });
  await app.register(serveStatic, {
    root: assetsDir,
    serve: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  app.get<{ Params: { '*': string } }>('/assets/*', { config: { access: 'asset' } }, (request, reply) =>
    reply.sendFile(request.params['*']),
  );
}

function addPages(app: FastifyInstance, options: ServerOptions, sockets: Sockets): void {
  const { kit, sync, simulatedServers } = options;
  homeRoutes(app, kit);
  legalRoutes(app, kit, options.legal);
  authRoutes(app, kit);
  dashboardRoutes(app, kit, sync);
  accountRoutes(app, kit, sync, simulatedServers);
  tradeRoutes(app, kit, sync);
  screenshotRoutes(app, options);
  journalPageRoutes(app, kit, journalPictures(options.pictures));
  analyticsRoutes(app, kit);
  dayRoutes(app, kit);
  importRoutes(app, options);
  backtestRoutes(app, kit);
  chartRoutes(app, kit, sync);
  expertRoutes(app, kit);
  settingsRoutes(app, kit, { sync, exportOfAll: exportOfAll(kit.db, options.pictures) });
  billingRoutes(app, kit, options.billing);
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
  paletteRoutes(app, kit);
  helpRoutes(app, kit);
  welcomeRoutes(app, kit);
  healthRoutes(app, kit);
  liveRoutes(app, kit, {
    sync,
    sockets,
    regions: [shellRegions(kit, sync), boardRegions(kit, sync), candleRegions(kit), openTradeRegions(kit)],
  });
}

/** Before every route that is a socket, and before whatever refuses one: the plugin has to know it to hang up. */
async function openSockets(app: FastifyInstance, { kit, log }: ServerOptions): Promise<Sockets> {
  const sockets = keepSockets({ ...kit, log });
  // Before the plugin's own farewell, which names no reason: pages would take it for good.
  app.addHook('preClose', (done) => {
    sockets.closeAll();
    done();
  });
  // Nobody reads a second request on a connection that asked for a socket, and a proxy is told not to keep it.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (request.ws) void reply.header('connection', 'close');
    done();
  });
  await app.register(websocket, {
    options: {
      maxPayload: 64 * 1024,
      // No compression: messages are small, and a window for each of many sockets is not.
      perMessageDeflate: false,
      // Never the first one offered: that may be a token.
      handleProtocols: (offered) => (offered.has(streamProtocol) ? streamProtocol : false),
    },
  });
  return sockets;
}

/** Lets pages of the origins named call the API. Stands before the gate, so that they can read a refusal too. */
async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const allowed = {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['Retry-After'],
  };
  await app.register(cors, {
    delegator: (request, done) => {
      done(null, request.url.startsWith('/api/v1/') ? allowed : { origin: false });
    },
  });
}

async function addApi(app: FastifyInstance, options: ServerOptions, sockets: Sockets): Promise<void> {
  const { kit, sync } = options;
  await app.register(
    async (scope) => {
      await describeApi(scope, kit.site);
      const api = scope.withTypeProvider<ZodTypeProvider>();
      apiRoutes(api, kit);
      activityApiRoutes(api, kit);
      accountApiRoutes(api, kit, sync);
      tradeApiRoutes(api, kit);
      importApiRoutes(api, options);
      backtestApiRoutes(api, kit);
      manualApiRoutes(api, kit);
      journalApiRoutes(api, kit);
      screenshotApiRoutes(api, options);
      journalListApiRoutes(api, kit);
      analyticsApiRoutes(api, kit);
      dayApiRoutes(api, kit);
      expertApiRoutes(api, kit);
      dashboardApiRoutes(api, kit, sync);
      symbolApiRoutes(api, kit);
      candleApiRoutes(api, kit, sync);
      streamRoutes(api, kit, { sync, sockets });
      statusApiRoutes(api, options);
    },
    { prefix: '/api/v1' },
  );
}

/** Files, the question of a watchdog, and sockets, which last as long as a page is open, say nothing of pages. */
const isCounted = ({ routeOptions: { url, config }, ws }: FastifyRequest): boolean =>
  config.access !== 'asset' && url !== '/healthz' && !ws;

/** The whole web side as one Fastify instance that does not listen yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { kit, log } = options;
  const app = create(options);
  if (options.onRoute !== undefined) app.addHook('onRoute', options.onRoute);
  answerErrors(app, kit.page);
  setHeaders(app, kit.site.publicUrl);
  squeezePages(app);
  const sockets = await openSockets(app, options);
  await app.register(cookie);
  guardHost(app, kit.site.publicUrl);
  await allowOrigins(app, options.apiCorsOrigins);
  guardRoutes(app, { db: kit.db, clock: kit.clock, cookies: kit.cookies, limiter: kit.limiter });
  guardForms(app, kit.site.publicUrl);
  await addPlugins(app, options);
  addPages(app, options, sockets);
  await addApi(app, options, sockets);
  app.addHook('onResponse', async (request, reply) => {
    if (isCounted(request)) options.onAnswered(reply.elapsedTime, reply.statusCode);
    log.debug({ req: request, res: reply, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  return app;
}
