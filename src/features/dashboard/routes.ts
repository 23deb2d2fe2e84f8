import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tx } from '../../data/database.js';
import { welcomeOf } from '../../data/welcomes.js';
import type { Sync } from '../../sync/sync.js';
import { readAccountFilter, withAccounts } from '../../web/account-filter.js';
import { visitorOf, type Kit } from '../../web/kit.js';
import type { LiveRegions, Picture } from '../../web/live.js';
import { boardOf, momentsOf, readAll, regionNames, type Looker, type RegionName } from './board.js';
import { readCurve } from './curve.js';
import { boardHref, readFigures, type Figures, type Wanted } from './figures.js';
import { boardPage } from './page.js';
import { readBoardPeriod } from './period.js';
import { readLists, type Lists } from './queries.js';
import { resumeView } from './resume.js';

interface Asked {
  Querystring: Readonly<Record<string, unknown>>;
}

const wantedOf = (looker: Looker, query: Readonly<Record<string, unknown>>): Wanted => ({
  looker,
  filter: readAccountFilter(query),
  period: readBoardPeriod(query['period']),
});

/** The live board, and each of its regions alone. */
export function dashboardRoutes(app: FastifyInstance, kit: Kit, sync: Sync): void {
  const config = { access: 'user' } as const;
  const { db, clock } = kit;
  const read = <More extends object>(
    wanted: Wanted,
    names: readonly RegionName[],
    more: (tx: Tx) => Promise<More>,
  ) =>
    db.withTenant('app', wanted.looker.userId, async (tx) => {
      const now = clock.now();
      const { picture, lists } = await readAll(tx, wanted.looker, now);
      const figures = names.includes('figures') ? await readFigures(tx, kit, picture.accounts, wanted) : null;
      const board = boardOf(picture, lists, wanted.filter);
      return { ...boardPage(board, { wanted, sync, now, names, figures }), ...(await more(tx)) };
    });

  app.get<Asked>('/dashboard', { config }, async (request, reply) => {
    const wanted = wantedOf(visitorOf(request), request.query);
    const data = await read(wanted, regionNames, async (tx) => ({
      resume: resumeView(await welcomeOf(tx, wanted.looker.userId)),
    }));
    const live = data.isBare ? '/live' : boardHref('/live?view=board', wanted);
    const page = { view: 'dashboard/index', title: 'Board', section: 'board', live };
    return kit.page(request, reply, page, data);
  });

  for (const name of regionNames)
    app.get<Asked>(`/dashboard/${name}`, { config }, async (request, reply) => {
      const data = await read(wantedOf(visitorOf(request), request.query), [name], () => Promise.resolve({}));
      return kit.region(request, reply, { view: `dashboard/_${name}` }, data);
    });

  // All deals go into it, and it moves once a day: the page does not wait for it, and it is not pushed.
  app.get('/dashboard/curve', { config }, async (request: FastifyRequest, reply) => {
    const filter = readAccountFilter(request.query);
    const curve = await readCurve(kit, visitorOf(request), filter, clock.now());
    const data = { curve, search: withAccounts('', filter) };
    return kit.region(request, reply, { view: 'dashboard/_curve' }, data);
  });
}

/** What a reading changes. */
const readRegions: readonly RegionName[] = ['accounts', 'positions', 'ticker'];

/** What a socket pushes of the board. */
export const boardRegions = (kit: Pick<Kit, 'clock' | 'draw' | 'books'>, sync: Sync): LiveRegions => ({
  name: 'board',
  follow: (looker) => {
    let lists: Lists | null = null;
    // By the page's own query string: pages of other accounts, or of other stretches of time, have other figures.
    let figures = new Map<string, Figures>();
    const wantedBy = (query: URLSearchParams): Wanted => wantedOf(looker, Object.fromEntries(query));
    return {
      read: async (tx: Tx, accounts, queries) => {
        lists = await readLists(tx, looker.userId, momentsOf(kit.clock.now(), looker.timeZone));
        const fresh = new Map<string, Figures>();
        for (const query of queries)
          fresh.set(query.toString(), await readFigures(tx, kit, accounts, wantedBy(query)));
        figures = fresh;
      },
      draw: ({ picture, query, isReading }) => {
        const known = figures.get(query.toString());
        if (lists === null || known === undefined) return [];
        return drawn(kit, sync, { picture, lists, figures: known, wanted: wantedBy(query), isReading });
      },
    };
  },
});

interface Followed {
  picture: Picture;
  lists: Lists;
  figures: Figures;
  wanted: Wanted;
  isReading: boolean;
}

function drawn(
  { clock, draw }: Pick<Kit, 'clock' | 'draw'>,
  sync: Sync,
  { picture, lists, figures, wanted, isReading }: Followed,
): string[] {
  const names = isReading ? readRegions : regionNames;
  const board = boardOf(picture, lists, wanted.filter);
  const data = boardPage(board, { wanted, sync, now: clock.now(), names, figures });
  return names.map((name) => draw(`dashboard/_${name}`, data));
}
