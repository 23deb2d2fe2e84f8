import type { FastifyInstance } from 'fastify';
import { everyFigure, findFigures } from '../../web/figure-help.js';
import type { Kit } from '../../web/kit.js';
import { count } from '../../web/words.js';

const mostSearched = 80;

const countOf = (groups: readonly { figures: readonly unknown[] }[]): number =>
  groups.reduce((sum, { figures }) => sum + figures.length, 0);

/** What every figure is: its formula, its unit, its n, and what it tells. */
export function helpRoutes(app: FastifyInstance, { page }: Kit): void {
  const config = { access: 'user' } as const;

  app.get('/help', { config }, async (_request, reply) => reply.redirect('/help/figures', 303));

  app.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    '/help/figures',
    { config },
    async (request, reply) => {
      const { q } = request.query;
      const search = typeof q === 'string' ? q.trim().slice(0, mostSearched) : '';
      const groups = findFigures(search);
      const [found, all] = [countOf(groups), countOf(everyFigure)];
      return page(
        request,
        reply,
        { view: 'help/figures', title: 'What figures mean', section: 'help' },
        {
          ...{ search, mostSearched, groups },
          note: search === '' ? count(all, 'figure') : `${found} of ${count(all, 'figure')}`,
        },
      );
    },
  );
}
