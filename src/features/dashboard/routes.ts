import type { FastifyInstance } from 'fastify';
import type { Kit } from '../../web/kit.js';

export function dashboardRoutes(app: FastifyInstance, { page }: Kit): void {
  app.get('/dashboard', { config: { access: 'user' } }, async (request, reply) =>
    page(request, reply, { view: 'dashboard/index', title: 'Board', section: 'board' }),
  );
}
