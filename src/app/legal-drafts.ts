import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LegalDrafts } from '../features/legal/routes.js';

/** What the privacy notice says of payments, where there are any. */
const payments =
  'Where a plan is paid for: Stripe, which is given your email address and takes the payment; your card never comes here. ';

/** The terms and the privacy notice that are shipped; where nothing is sold they do not speak of it. */
export async function legalDrafts(root: string, { sells }: { sells: boolean }): Promise<LegalDrafts> {
  const text = (name: string): Promise<string> =>
    readFile(join(root, 'views', 'legal', `${name}.md`), 'utf8');
  const privacy = (await text('privacy')).replace('{{payments}}', sells ? payments : '');
  return { terms: await text('terms'), privacy };
}
