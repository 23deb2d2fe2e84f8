import type { ColumnType, Generated } from 'kysely';
import type { AlarmKind, AlarmState, Telling } from '../domain/alarm.js';

/** What the installation knows of itself; the shadow in types of migrations/0025_measures.sql, 0026_alarms.sql and 0028_backup_reports.sql. */
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
  alarms: {
    kind: AlarmKind;
    subject: string;
    phase: AlarmState['phase'];
    since: Date;
    begun_at: Date;
    told_at: Date | null;
    what: string;
    says: string;
  };
  alarm_messages: {
    id: Generated<string>;
    channel: Channel;
    kind: AlarmKind;
    telling: Telling;
    says: string;
    created_at: Date;
    due_at: Date;
    tries: Generated<number>;
    done_at: Date | null;
    is_delivered: Generated<boolean>;
    answer: Generated<string>;
  };
  alarm_ways: {
    is_only: Generated<boolean>;
    sealed_webhook: Buffer | null;
    webhook_host: Generated<string>;
    telegram_chat: Generated<string>;
  };
  backup_reports: { is_only: Generated<boolean>; told_at: Date; facts: ColumnType<unknown, string, string> };
}

/** A way by which alarms leave the house. */
export const channels = ['webhook', 'telegram', 'mail'] as const;
export type Channel = (typeof channels)[number];
