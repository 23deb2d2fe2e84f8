import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '../../data/plan-gates.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import { analyticsNote, type PlanNote } from '../../web/plan-notes.js';
import { calendarView } from './calendar.js';
import { compareView } from './compare.js';
import { readSides } from './compare-query.js';
import { atDesk, atDesks, type Query } from './ground.js';
import { monthsView } from './months.js';
import { deskView, everyFigureView, summaryView } from './page.js';
import { partsView } from './parts.js';
import { reportView } from './report.js';

interface Asked {
  Querystring: Query;
}
type Request = FastifyRequest<Asked>;
type Shown = Promise<FastifyReply>;

const config = { access: 'user' } as const;
const section = 'analytics';

/** What the visitor's plan says to figures beyond the summary; null: it shows them. */
const noteFor = async (
  { db, plans, clock }: Pick<Kit, 'db' | 'plans' | 'clock'>,
  request: FastifyRequest,
): Promise<PlanNote | null> => {
  if (plans === null) return null;
  const { userId } = visitorOf(request);
  return db.withTenant('app', userId, (tx) => analyticsNote(tx, { plans, userId, at: clock.now() }));
};

/** The page of figures, and its regions alone. */
export function analyticsRoutes(app: FastifyInstance, kit: Kit): void {
  const { page, region } = kit;

  /** A page beyond the summary, or what stands in its place where the plan does not show it. */
  const beyond = (
    path: string,
    title: string,
    show: (request: Request, reply: FastifyReply) => Shown,
  ): void => {
    app.get<Asked>(path, { config }, async (request, reply) => {
      const plan = await noteFor(kit, request);
      if (plan === null) return show(request, reply);
      return page(request, reply, { view: 'analytics/closed', title, section, status: 402 }, { title, plan });
    });
  };
  /** All of the desk, or as much of it as the plan shows. */
  const glance = async (request: Request): Promise<object> => {
    const plan = await noteFor(kit, request);
    return atDesk<object>(kit, visitorOf(request), request.query, (desk, query) =>
      plan === null ? deskView(desk, query) : summaryView(desk, plan),
    );
  };

  app.get<Asked>('/analytics', { config }, async (request, reply) => {
    const desk = await glance(request);
    return page(request, reply, { view: 'analytics/index', title: 'Analytics', section }, { desk });
  });
  beyond('/analytics/figures', 'Every figure', async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, everyFigureView);
    return page(request, reply, { view: 'analytics/figures', title: 'Every figure', section }, { desk });
  });
  app.get<Asked>('/calendar', { config }, async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, calendarView);
    const shown = { view: 'analytics/calendar', title: `Calendar, ${desk.word}`, section: 'calendar' };
    return page(request, reply, shown, { desk });
  });
  beyond('/analytics/months', 'Months', async (request, reply) => {
    const desk = await atDesk(kit, visitorOf(request), request.query, monthsView);
    return page(request, reply, { view: 'analytics/months', title: 'Months', section }, { desk });
  });
  beyond('/analytics/compare', 'Compare', async (request, reply) => {
    const desk = await atDesks(kit, visitorOf(request), readSides(request.query), compareView);
    return page(request, reply, { view: 'analytics/compare', title: 'Compare', section }, { desk });
  });
  beyond('/analytics/report', 'Trading report', async (request, reply) => {
    const visitor = visitorOf(request);
    const desk = await atDesk(kit, visitor, request.query, (found) => reportView(found, visitor));
    return page(request, reply, { view: 'analytics/report', title: 'Trading report', section }, { desk });
  });
  app.get<Asked>('/analytics/desk', { config }, async (request, reply) => {
    return region(request, reply, { view: 'analytics/_desk' }, await glance(request));
  });
  app.get<Asked>('/analytics/breakdown', { config }, async (request, reply) => {
    const plan = await noteFor(kit, request);
    if (plan !== null) throw refused({ code: 'plan_analytics', sentence: plan.text });
    const parts = await atDesk(kit, visitorOf(request), request.query, partsView);
    return region(request, reply, { view: 'analytics/_parts' }, parts);
  });
}
