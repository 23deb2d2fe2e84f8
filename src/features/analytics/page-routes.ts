import type { FastifyInstance } from 'fastify';
import { visitorOf, type Kit } from '../../web/kit.js';
import { calendarView } from './calendar.js';
import { compareView } from './compare.js';
import { readSides } from './compare-query.js';
import { atDesk, atDesks, type Query } from './ground.js';
import { monthsView } from './months.js';
import { deskView, everyFigureView } from './page.js';
import { partsView } from './parts.js';
import { reportView } from './report.js';

interface Asked {
  Querystring: Query;
}

/** The page of figures, and its regions alone. */
export function analyticsRoutes(app: FastifyInstance, kit: Kit): void {
  const { page, region } = kit;
  const config = { access: 'user' } as const;
  const section = 'analytics';

  app.get<Asked>('/analytics', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, deskView);
    return page(request, reply, { view: 'analytics/index', title: 'Analytics', section }, { desk });
  });
  app.get<Asked>('/analytics/figures', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, everyFigureView);
    return page(request, reply, { view: 'analytics/figures', title: 'Every figure', section }, { desk });
  });
  app.get<Asked>('/calendar', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, calendarView);
    const shown = { view: 'analytics/calendar', title: `Calendar, ${desk.word}`, section: 'calendar' };
    return page(request, reply, shown, { desk });
  });
  app.get<Asked>('/analytics/months', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, monthsView);
    return page(request, reply, { view: 'analytics/months', title: 'Months', section }, { desk });
  });
  app.get<Asked>('/analytics/compare', { config }, async (request, reply) => {
    const desk = await atDesks(kit, visitorOf(request), readSides(request.query), compareView);
    return page(request, reply, { view: 'analytics/compare', title: 'Compare', section }, { desk });
  });
  app.get<Asked>('/analytics/report', { config }, async (request, reply) => {
    const visitor = visitorOf(request);
    const desk = await atDesk(kit, visitor, request.query, (found) => reportView(found, visitor));
    return page(request, reply, { view: 'analytics/report', title: 'Trading report', section }, { desk });
  });
  app.get<Asked>('/analytics/desk', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, deskView);
    return region(request, reply, { view: 'analytics/_desk' }, desk);
  });
  app.get<Asked>('/analytics/breakdown', { config }, async (request, reply) => {
    const parts = await atDesk(kit, visitorOf(request), request.query, partsView);
    return region(request, reply, { view: 'analytics/_parts' }, parts);
  });
}
