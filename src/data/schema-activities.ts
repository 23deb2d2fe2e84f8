import type { ColumnType, Generated } from 'kysely';
import type { ActivityKind, DoneBy } from '../domain/activity.js';

/** What was done in people's accounts; the shadow in types of migrations/0034_activities.sql. */
export interface ActivitiesSchema {
  activities: {
    user_id: string;
    id: Generated<string>;
    at: Date;
    kind: ActivityKind;
    what: string;
    /** jsonb: handed over as what it holds, taken as text */
    details: ColumnType<unknown, string, never>;
    done_by: DoneBy;
    address: string;
    device: string;
  };
}
