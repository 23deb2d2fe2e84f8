import type { ColumnType } from 'kysely';

/** What the installation knows of itself; the shadow in types of migrations/0025_measures.sql. */
export interface WatchSchema {
  measured_minutes: {
    at: Date;
    requests: number[];
    faults: number;
    reads: number[];
    failures: number;
    slow_queries: number;
    samples: number;
    load: number;
    /** bigint: handed over as text */
    free_bytes: ColumnType<string | null, number | null, number | null>;
    accounts: number[];
  };
  answered_hours: { at: Date; first_at: Date; minutes: string };
}
