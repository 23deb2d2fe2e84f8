import { mostWorkbookTrades } from '../../reports/export-xlsx.js';
import { amount } from '../../web/figures.js';
import { tradeQuery } from '../../web/trade-filter.js';
import { listHref, type Spot } from './list-view.js';
import type { SavedView } from './queries.js';

/** What somebody wanted to call a view, and why it cannot be. */
export interface Refused {
  /** of the view that was to be renamed; null: a new one */
  id: string | null;
  name: string;
  error: string;
}

export const mostViews = 50;

const savedHref = (query: string): string => `/trades${query}`;

/** The lists under a name; the one that is shown can be renamed and removed, and what is shown can become one. */
export function viewsOf(views: readonly SavedView[], spot: Spot, refused: Refused | null) {
  const here = listHref({ ...spot, page: 1 });
  const current = views.find(({ query }) => savedHref(query) === here);
  const isNew = refused?.id === null;
  return {
    label: current?.name ?? 'Views',
    isOpen: refused !== null,
    items: views.map(({ id, name, query }) => ({
      name,
      href: savedHref(query),
      current: id === current?.id,
    })),
    current:
      current === undefined
        ? null
        : {
            name: refused !== null && !isNew ? refused.name : current.name,
            error: refused !== null && !isNew ? refused.error : '',
            renameHref: `/trades/views/${current.id}`,
            removeHref: `/trades/views/${current.id}/removal`,
            label: current.name,
          },
    save: { name: isNew ? refused.name : '', error: isNew ? refused.error : '' },
  };
}

/** Files of exactly the trades that are listed, in their order; null where there are more than a kind takes. */
export function exportsOf({ values, sort }: Spot, n: number | null) {
  const href = (kind: string): string => `/trades/export.${kind}${tradeQuery(values, sort)}`;
  const isTooMany = n !== null && n > mostWorkbookTrades;
  return [
    { label: 'CSV', href: href('csv'), title: 'A table as text' },
    {
      label: 'XLSX',
      href: isTooMany ? null : href('xlsx'),
      title: `A workbook, up to ${String(amount(String(mostWorkbookTrades), 0))} trades`,
    },
    { label: 'JSON', href: href('json'), title: 'Everything, with the deals; RawJournal reads it again' },
  ];
}
