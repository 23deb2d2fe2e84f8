import { sql } from 'kysely';
import type { Database, Tx } from './database.js';

/** Terms and privacy in the administrator's words. */

export const legalNames = ['terms', 'privacy'] as const;
export type LegalName = (typeof legalNames)[number];

export interface LegalPage {
  name: LegalName;
  /** Markdown */
  body: string;
  version: number;
  saved_at: Date;
}

/** Those that an administrator has written. */
export const legalPages = (tx: Tx): Promise<LegalPage[]> =>
  tx.selectFrom('legal_pages').selectAll().orderBy('name').execute();

/** Each change has a version of its own; saving the same text again changes nothing. */
export const saveLegalPage = async (tx: Tx, name: LegalName, body: string, at: Date): Promise<void> => {
  await tx
    .insertInto('legal_pages')
    .values({ name, body, saved_at: at })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ body, saved_at: at, version: sql`legal_pages.version + 1` })
        .where('legal_pages.body', '<>', body),
    )
    .execute();
};

/** What somebody agrees to who signs up now: `terms 2, privacy draft`. */
export const legalVersion = (db: Database): Promise<string> =>
  db.withInstallation(async (tx) => {
    const pages = await legalPages(tx);
    const versionOf = (name: LegalName): string =>
      String(pages.find((page) => page.name === name)?.version ?? 'draft');
    return legalNames.map((name) => `${name} ${versionOf(name)}`).join(', ');
  });
