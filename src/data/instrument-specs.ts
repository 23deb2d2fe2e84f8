import type { Selectable } from 'kysely';
import type { Tx } from './database.js';
import type { Schema } from './schema.js';

export type InstrumentSpec = Omit<Selectable<Schema['instrument_specs']>, 'user_id'>;

const columns = ['name', 'contract_size', 'pip_size', 'quote_currency', 'digits', 'saved_at'] as const;

/** What a user has said of symbols, by name. */
export const listSpecs = (tx: Tx, userId: string): Promise<InstrumentSpec[]> =>
  tx.selectFrom('instrument_specs').where('user_id', '=', userId).select(columns).orderBy('name').execute();

export const specOf = (tx: Tx, userId: string, name: string): Promise<InstrumentSpec | undefined> =>
  tx
    .selectFrom('instrument_specs')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .select(columns)
    .executeTakeFirst();

export interface WantedSpec {
  /** the symbol without the broker's suffixes */
  name: string;
  contractSize: string;
  pipSize: string | null;
  quoteCurrency: string;
  digits: number | null;
}

/** Keeps what a user says of a symbol, in the place of what was said before. */
export const saveSpec = async (tx: Tx, userId: string, spec: WantedSpec, at: Date): Promise<void> => {
  const said = {
    contract_size: spec.contractSize,
    pip_size: spec.pipSize,
    quote_currency: spec.quoteCurrency,
    digits: spec.digits,
    saved_at: at,
  };
  await tx
    .insertInto('instrument_specs')
    .values({ user_id: userId, name: spec.name, ...said })
    .onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet(said))
    .execute();
};

/** False when nothing was said of it. */
export const removeSpec = async (tx: Tx, userId: string, name: string): Promise<boolean> => {
  const done = await tx
    .deleteFrom('instrument_specs')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst();
  return done.numDeletedRows === 1n;
};
