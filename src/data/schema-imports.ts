import type { ColumnType, Generated } from 'kysely';

/** Batches of deals that no terminal brought; the shadow in types of migrations/0003_imports.sql. */

type Numeric = ColumnType<string, string | number, string | number>;
type NumericOrNull = ColumnType<string | null, string | number | null, string | number | null>;
type Big = ColumnType<string, string | number | bigint, string | number | bigint>;
type BigOrNull = ColumnType<string | null, string | number | null, string | number | null>;
/** jsonb: handed over as what it holds, taken as text; whoever reads it checks it */
type Json = ColumnType<unknown, string, string>;
type JsonOrNull = ColumnType<unknown, string | null, string | null>;

export type ImportKind = 'report' | 'manual' | 'backtest';
export type ImportState = 'running' | 'ready' | 'saved' | 'failed' | 'undone';

interface OfImport {
  user_id: string;
  import_id: string;
  ticket: Big;
  position_id: Big;
  server_ms: Big;
  type: number;
  magic: Numeric;
  symbol: string;
  volume: Numeric;
  price: Numeric;
  comment: string;
}

export interface ImportsSchema {
  table_mappings: { user_id: string; headings: string; mapping: Json; used_at: Date };
  imports: {
    user_id: string;
    id: string;
    account_id: string | null;
    kind: ImportKind;
    state: ImportState;
    created_at: Date;
    saved_at: Date | null;
    file_name: Generated<string>;
    file_bytes: ColumnType<string, number | undefined, number>;
    read_bytes: ColumnType<string, number | undefined, number>;
    failure: Generated<string>;
    format: Generated<string>;
    made_ms: BigOrNull;
    clock_rule: Generated<string>;
    head: ColumnType<unknown, string | undefined, string>;
    new_account: JsonOrNull;
    made_account: Generated<boolean>;
    counts: JsonOrNull;
    /** of a tester's report: the same test has the same one */
    digest: ColumnType<string | null, string | null | undefined, string | null>;
    /** trades that were new when it was saved, and when that was; null: they were not counted */
    new_trades: Generated<number>;
    counted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  import_deals: OfImport & {
    row: number;
    order_ticket: Big;
    entry: number;
    reason: number | null;
    profit: Numeric;
    swap: Numeric;
    commission: Numeric;
    fee: Numeric;
  };
  import_orders: OfImport & {
    position_by_id: Big;
    state: number;
    stop_loss: NumericOrNull;
    take_profit: NumericOrNull;
  };
}
