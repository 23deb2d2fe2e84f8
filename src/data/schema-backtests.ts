import type { ColumnType, Generated } from 'kysely';

/** Reports of strategy testers; the shadow in types of migrations/0007_backtests.sql. */

type BigOrNull = ColumnType<string | null, number | null, number | null>;
/** jsonb that this program alone writes, after it was checked: taken as JSON text */
type Json<T> = ColumnType<T, string | undefined, string>;

/** Name and value as a report prints them. */
export interface Line {
  name: string;
  value: string;
}

/** A figure as the report prints it beside ours, as decimal text; `equal` null: they cannot be compared. */
export interface Beside {
  name: string;
  reported: string;
  computed: string | null;
  equal: boolean | null;
  reason: string | null;
}

/** A figure of ours, as decimal text; null: it cannot be known, for a reason. */
export interface Reckoned {
  name: string;
  value: string | null;
  reason: string | null;
}

export interface BacktestsSchema {
  backtests: {
    user_id: string;
    id: string;
    /** null: it waits to be saved */
    saved_at: Date | null;
    digest: string | null;
    name: string;
    format: string;
    expert: string;
    symbol: string;
    period: string;
    server: string;
    currency: string | null;
    deposit: string | null;
    leverage: string | null;
    digits: number;
    first_ms: BigOrNull;
    last_ms: BigOrNull;
    deals: number;
    positions: number;
    passes: Generated<number>;
    inputs: Json<Line[]>;
    results: Json<Line[]>;
    totals: Json<Beside[]>;
    figures: Json<Reckoned[]>;
    columns: Json<string[]>;
  };
  backtest_passes: { user_id: string; backtest_id: string; row: number; cells: string[] };
}
