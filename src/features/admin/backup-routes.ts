import type { FastifyInstance } from 'fastify';
import type { BackupFacts } from '../../data/backup-records.js';
import { visitorOf, type Kit, type Visitor } from '../../web/kit.js';
import { backupsView } from './backup-view.js';

const config = { access: 'admin' } as const;

/** What is known of the backups; they are made and restored on the command line alone. */
export function backupRoutes(
  app: FastifyInstance,
  { clock, page, region }: Kit,
  { readBackups }: { readBackups: () => Promise<BackupFacts> },
): void {
  const look = async ({ timeZone }: Visitor) => backupsView(await readBackups(), clock.now(), timeZone);

  app.get('/admin/backups', { config }, async (request, reply) =>
    page(
      request,
      reply,
      { view: 'admin/backups', title: 'Backups', section: 'admin' },
      { tab: 'backups', ...(await look(visitorOf(request))) },
    ),
  );
  app.get('/admin/backups/list', { config }, async (request, reply) =>
    region(request, reply, { view: 'admin/_backups' }, await look(visitorOf(request))),
  );
}
