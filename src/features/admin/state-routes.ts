import type { FastifyInstance } from 'fastify';
import { statusAnchor } from '../../alarms/status-guide.js';
import type { Kit } from '../../web/kit.js';
import { availabilityWords, measureRows, type MeasureFacts } from '../../web/measure-words.js';

interface SeenCheck {
  name: string;
  level: 'green' | 'amber' | 'red' | 'down';
  says: string;
  fix: string | null;
}

export interface StateDeps {
  readStatus: () => Promise<{ checks: readonly SeenCheck[] }>;
  readMeasures: () => Promise<MeasureFacts>;
}

const config = { access: 'admin' } as const;
const badges = {
  green: { text: 'ok', tone: 'good' },
  amber: { text: 'note', tone: 'warn' },
  red: { text: 'red', tone: 'bad' },
  down: { text: 'down', tone: 'bad' },
} as const;

/** What is drawn as a table of figures stands there, and not once more among the sentences. */
const drawn = new Set(['sync', 'requests', 'queries', 'machine', 'accounts', 'availability']);

const checksView = (checks: readonly SeenCheck[]) => ({
  checks: checks
    .filter(({ name }) => !drawn.has(name))
    .map(({ name, level, says, fix }) => ({
      ...{ name, says, fix, badge: badges[level] },
      href: level === 'green' ? null : `/admin/alarms/guide#${statusAnchor(name)}`,
    })),
});

const measuresView = (facts: MeasureFacts) => ({
  rows: measureRows(facts),
  availability: availabilityWords(facts.availability),
});

/** How the installation does: figures beside their goals, and what the status says. */
export function stateRoutes(app: FastifyInstance, { page, region }: Kit, deps: StateDeps): void {
  app.get('/admin', { config }, async (_request, reply) => reply.redirect('/admin/state', 303));

  app.get('/admin/state', { config }, async (request, reply) => {
    const [measures, { checks }] = await Promise.all([deps.readMeasures(), deps.readStatus()]);
    const view = { view: 'admin/state', title: 'State', section: 'admin' };
    return page(request, reply, view, { tab: 'state', ...measuresView(measures), ...checksView(checks) });
  });
  app.get('/admin/state/measures', { config }, async (request, reply) =>
    region(request, reply, { view: 'admin/_measures' }, measuresView(await deps.readMeasures())),
  );
  app.get('/admin/state/checks', { config }, async (request, reply) =>
    region(request, reply, { view: 'admin/_checks' }, checksView((await deps.readStatus()).checks)),
  );
}
