import type { Access } from '../web/kit.js';

export interface Expected {
  access: Access;
  /** what somebody is answered who shows nothing: no session, no token */
  stranger: number;
  /** what a normal user is answered who puts the ids of somebody else wherever an id can go */
  other: number;
}

export const row = (access: Access, stranger: number, other: number): Expected => ({
  access,
  stranger,
  other,
});

/** Every route of the API; route-table.ts has the others. */
export const apiRoutes: Readonly<Record<string, Expected>> = {
  'GET /api/v1/me': row('api:read', 401, 200),
  'PATCH /api/v1/me': row('api:write', 401, 400),
  'GET /api/v1/me/activity': row('api:read', 401, 200),
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
  'POST /api/v1/imports': row('api:write', 401, 400),
  'GET /api/v1/imports/:id': row('api:read', 401, 404),
  'PUT /api/v1/imports/:id/confirmation': row('api:write', 401, 404),
  'DELETE /api/v1/imports/:id': row('api:write', 401, 404),
  'GET /api/v1/backtests': row('api:read', 401, 200),
  'GET /api/v1/backtests/:id': row('api:read', 401, 404),
  'GET /api/v1/analytics/summary': row('api:read', 401, 200),
  'GET /api/v1/analytics/equity-curve': row('api:read', 401, 200),
  'GET /api/v1/analytics/breakdown': row('api:read', 401, 400),
  'GET /api/v1/analytics/calendar': row('api:read', 401, 200),
  'GET /api/v1/days': row('api:read', 401, 200),
  'GET /api/v1/days/:date': row('api:read', 401, 404),
  'PUT /api/v1/days/:date': row('api:write', 401, 404),
  'GET /api/v1/reviews/weeks': row('api:read', 401, 200),
  'GET /api/v1/reviews/weeks/:date': row('api:read', 401, 404),
  'PUT /api/v1/reviews/weeks/:date': row('api:write', 401, 404),
  'GET /api/v1/reviews/months': row('api:read', 401, 200),
  'GET /api/v1/reviews/months/:month': row('api:read', 401, 404),
  'PUT /api/v1/reviews/months/:month': row('api:write', 401, 404),
  'GET /api/v1/eas': row('api:read', 401, 200),
  'GET /api/v1/trades': row('api:read', 401, 200),
  'GET /api/v1/trades/:id': row('api:read', 401, 404),
  'POST /api/v1/trades': row('api:write', 401, 400),
  'PATCH /api/v1/trades/:id': row('api:write', 401, 404),
  'DELETE /api/v1/trades/:id': row('api:write', 401, 404),
  'GET /api/v1/trades/:id/journal': row('api:read', 401, 404),
  'PUT /api/v1/trades/:id/journal': row('api:write', 401, 404),
  'GET /api/v1/trades/:id/screenshots': row('api:read', 401, 404),
  'POST /api/v1/trades/:id/screenshots': row('api:write', 401, 404),
  'GET /api/v1/screenshots/:id': row('api:read', 401, 404),
  'DELETE /api/v1/screenshots/:id': row('api:write', 401, 404),
  'GET /api/v1/journal': row('api:read', 401, 200),
  'GET /api/v1/missed-trades': row('api:read', 401, 200),
  'POST /api/v1/missed-trades': row('api:write', 401, 400),
  'GET /api/v1/missed-trades/:id': row('api:read', 401, 404),
  'PUT /api/v1/missed-trades/:id': row('api:write', 401, 404),
  'DELETE /api/v1/missed-trades/:id': row('api:write', 401, 404),
  'GET /api/v1/tags': row('api:read', 401, 200),
  'GET /api/v1/setups': row('api:read', 401, 200),
  'GET /api/v1/mistakes': row('api:read', 401, 200),
  'GET /api/v1/dashboard': row('api:read', 401, 200),
  'GET /api/v1/candles': row('api:read', 401, 400),
  'GET /api/v1/symbols': row('api:read', 401, 200),
  'GET /api/v1/stream': row('api:read', 401, 426),
  'GET /api/v1/status': row('api:admin', 401, 404),
  'GET /api/v1/openapi.json': row('everyone', 200, 200),
};
