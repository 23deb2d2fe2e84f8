import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LegalDrafts } from '../features/legal/routes.js';

/** The terms and the privacy notice that are shipped. */
export async function legalDrafts(root: string): Promise<LegalDrafts> {
  const text = (name: string): Promise<string> =>
    readFile(join(root, 'views', 'legal', `${name}.md`), 'utf8');
  return { terms: await text('terms'), privacy: await text('privacy') };
}
