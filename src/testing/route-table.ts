import type { RouteOptions } from 'fastify';
import type { Access } from '../web/kit.js';

interface Expected {
  access: Access;
  /** what somebody is answered who shows nothing: no session, no token */
  stranger: number;
  /** what a normal user is answered who puts the ids of somebody else wherever an id can go */
  other: number;
}

const row = (access: Access, stranger: number, other: number): Expected => ({ access, stranger, other });

/** Every route there is. A new one is entered here, with what it says to those whom it is not for. */
const routeTable: Readonly<Record<string, Expected>> = {
  'GET /': row('everyone', 200, 303),
  'GET /assets/*': row('asset', 404, 404),
  'GET /healthz': row('everyone', 200, 200),

  'GET /setup': row('everyone', 303, 303),
  'POST /setup': row('everyone', 303, 303),
  'GET /signup': row('everyone', 200, 303),
  'POST /signup': row('everyone', 422, 422),
  'GET /signup/sent': row('everyone', 200, 200),
  'GET /verify/:secret': row('everyone', 404, 404),
  'POST /verify/:secret': row('everyone', 404, 404),
  'GET /login': row('everyone', 200, 303),
  'POST /login': row('everyone', 422, 422),
  'POST /logout': row('user', 303, 303),
  'GET /login/code': row('code', 303, 303),
  'POST /login/code': row('code', 303, 303),
  'POST /login/code/cancellation': row('code', 303, 303),
  'GET /reset': row('everyone', 200, 200),
  'POST /reset': row('everyone', 422, 422),
  'GET /reset/sent': row('everyone', 200, 200),
  'GET /reset/:secret': row('everyone', 404, 404),
  'POST /reset/:secret': row('everyone', 404, 404),

  'POST /demo/sessions': row('everyone', 404, 404),
  'GET /live': row('user', 303, 403),
  'GET /palette': row('user', 303, 200),
  'GET /dashboard': row('user', 303, 200),
  'GET /dashboard/accounts': row('user', 303, 200),
  'GET /dashboard/positions': row('user', 303, 200),
  'GET /dashboard/closed': row('user', 303, 200),
  'GET /dashboard/ticker': row('user', 303, 200),
  'GET /dashboard/figures': row('user', 303, 200),
  'GET /dashboard/curve': row('user', 303, 200),

  'GET /accounts': row('user', 303, 200),
  'GET /accounts/list': row('user', 303, 200),
  'GET /accounts/new': row('user', 303, 200),
  'POST /accounts': row('user', 303, 422),
  'GET /accounts/:id': row('user', 303, 404),
  'POST /accounts/:id': row('user', 303, 404),
  'GET /accounts/:id/connection': row('user', 303, 404),
  'GET /accounts/:id/figures': row('user', 303, 404),
  'GET /accounts/:id/reconciliation': row('user', 303, 404),
  'GET /accounts/:id/positions': row('user', 303, 404),
  'GET /accounts/:id/ledger': row('user', 303, 404),
  'POST /accounts/:id/pause': row('user', 303, 404),
  'POST /accounts/:id/resumption': row('user', 303, 404),
  'POST /accounts/:id/syncs': row('user', 303, 404),
  'POST /accounts/:id/credentials': row('user', 303, 404),
  'GET /accounts/:id/removal': row('user', 303, 404),
  'GET /accounts/:id/removal/dialog': row('user', 303, 404),
  'POST /accounts/:id/removal': row('user', 303, 404),
  'GET /trades': row('user', 303, 200),
  'GET /trades/table': row('user', 303, 200),
  'GET /trades/:id': row('user', 303, 404),

  'GET /settings': row('user', 303, 303),
  'GET /settings/profile': row('user', 303, 200),
  'POST /settings/profile': row('user', 303, 422),
  'GET /settings/security': row('user', 303, 200),
  'POST /settings/security/password': row('user', 303, 422),
  'GET /settings/security/sessions': row('user', 303, 200),
  'POST /settings/security/sessions/:id/revocation': row('user', 303, 404),
  'POST /settings/security/sessions/revocations': row('user', 303, 200),
  'GET /settings/security/two-factor': row('user', 303, 200),
  'POST /settings/security/two-factor': row('user', 303, 422),
  'POST /settings/security/two-factor/confirmation': row('user', 303, 422),
  'POST /settings/security/two-factor/recovery-codes': row('user', 303, 422),
  'POST /settings/security/two-factor/removal': row('user', 303, 422),
  'GET /settings/tokens': row('user', 303, 200),
  'GET /settings/tokens/list': row('user', 303, 200),
  'POST /settings/tokens': row('user', 303, 422),
  'POST /settings/tokens/:id/revocation': row('user', 303, 404),

  'GET /admin': row('admin', 303, 404),
  'GET /admin/users': row('admin', 303, 404),
  'GET /admin/users/list': row('admin', 303, 404),
  'POST /admin/users/:id/role': row('admin', 303, 404),
  'POST /admin/users/:id/disablement': row('admin', 303, 404),
  'POST /admin/users/:id/enablement': row('admin', 303, 404),
  'POST /admin/users/:id/reset-link': row('admin', 303, 404),
  'GET /admin/terminals': row('admin', 303, 404),
  'GET /admin/terminals/list': row('admin', 303, 404),
  'GET /admin/terminals/queue': row('admin', 303, 404),
  'POST /admin/terminals/:number/restarts': row('admin', 303, 404),
  'GET /admin/styleguide': row('admin', 303, 404),

  'GET /api/v1/me': row('api:read', 401, 200),
  'PATCH /api/v1/me': row('api:write', 401, 400),
  'GET /api/v1/accounts': row('api:read', 401, 200),
  'POST /api/v1/accounts': row('api:write', 401, 400),
  'GET /api/v1/accounts/:id': row('api:read', 401, 404),
  'PATCH /api/v1/accounts/:id': row('api:write', 401, 404),
  'DELETE /api/v1/accounts/:id': row('api:write', 401, 404),
  'POST /api/v1/accounts/:id/syncs': row('api:write', 401, 404),
  'GET /api/v1/accounts/:id/positions': row('api:read', 401, 404),
  'GET /api/v1/accounts/:id/deals': row('api:read', 401, 404),
  'GET /api/v1/accounts/:id/ledger': row('api:read', 401, 404),
  'GET /api/v1/accounts/:id/snapshots': row('api:read', 401, 404),
  'GET /api/v1/trades': row('api:read', 401, 200),
  'GET /api/v1/trades/:id': row('api:read', 401, 404),
  'GET /api/v1/dashboard': row('api:read', 401, 200),
  'GET /api/v1/symbols': row('api:read', 401, 200),
  'GET /api/v1/stream': row('api:read', 401, 426),
  'GET /api/v1/status': row('api:admin', 401, 404),
  'GET /api/v1/openapi.json': row('everyone', 200, 200),
};

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route extends Expected {
  /** as it stands in the table */
  key: string;
  method: Method;
  url: string;
}

export const routes: readonly Route[] = Object.entries(routeTable).map(([key, expected]) => {
  const [method, url] = key.split(' ') as [Method, string];
  return { key, method, url, ...expected };
});

export const isApi = ({ url }: Pick<Route, 'url'>): boolean => url.startsWith('/api/');
export const changes = ({ method }: Pick<Route, 'method'>): boolean => method !== 'GET';

/** Collects what is registered: every method and address, and for whom it is. */
export function routeBook(): { onRoute: (route: RouteOptions) => void; book: Record<string, unknown> } {
  const book: Record<string, unknown> = {};
  const onRoute = ({ method, url, config }: RouteOptions): void => {
    for (const each of [method].flat()) book[`${each} ${url}`] = config?.access;
  };
  return { onRoute, book };
}
