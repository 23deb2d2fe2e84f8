import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountOf } from '../../data/accounts.js';
import { importOf } from '../../data/imports.js';
import { notFound } from '../../lib/fault.js';
import { sayNext } from '../../web/flash.js';
import { visitorOf } from '../../web/kit.js';
import { occasionOf } from '../../web/occasion.js';
import { count } from '../../web/words.js';
import { countsShape } from './counts.js';
import type { ImportDeps } from './read.js';
import { undoImport } from './save.js';
import { idIn, type ById } from './show-routes.js';
import { dropFile } from './uploads.js';

const config = { access: 'user' } as const;

/** Taking an import back, once more asked where it is saved. */
export function withdrawalRoutes(app: FastifyInstance, { kit, uploads }: ImportDeps): void {
  const { db, page, region, cookies, clock } = kit;

  /** What taking a saved import back would do. Throws a Fault 404 where there is none. */
  const asked = (request: FastifyRequest<ById>) => {
    const { userId } = visitorOf(request);
    return db.withTenant('app', userId, async (tx) => {
      const row = await importOf(tx, userId, idIn(request));
      if (row === undefined || row.kind === 'manual' || row.state !== 'saved') throw notFound();
      const account = row.account_id === null ? undefined : await accountOf(tx, userId, row.account_id);
      const counts = countsShape.safeParse(row.counts).data;
      return {
        ...{
          id: row.id,
          fileName: row.file_name,
          account: account?.label ?? '',
          madeAccount: row.made_account,
        },
        rows: counts === undefined ? 'all its rows' : `${count(counts.new, 'row')} that it brought`,
      };
    });
  };

  app.get<ById>('/trades/import/:id/withdrawal', { config }, async (request, reply) => {
    const shown = { view: 'imports/withdrawal', title: 'Take an import back', section: 'trades' };
    return page(request, reply, shown, await asked(request));
  });
  app.get<ById>('/trades/import/:id/withdrawal/dialog', { config }, async (request, reply) =>
    region(request, reply, { view: 'imports/_withdrawal-dialog' }, await asked(request)),
  );

  app.post<ById>('/trades/import/:id/withdrawal', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const importId = idIn(request);
    await db.withTenant('app', userId, (tx) =>
      undoImport(tx, { userId, importId }, occasionOf(request, clock)),
    );
    await dropFile(uploads, importId);
    return sayNext(reply, cookies, 'import-undone').redirect(`/trades/import/${importId}`, 303);
  });
}
