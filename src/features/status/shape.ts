import { z } from 'zod';
import type { Status } from './status.js';

const level = z.enum(['green', 'amber', 'red', 'down']);
const count = z.number().int();
const spread = z.object({ p50: z.number().nullable(), p95: z.number().nullable(), n: count });

const terminal = z.object({
  number: count,
  role: z.enum(['accounts', 'market']),
  state: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime().nullable(),
  suspect: z.boolean(),
  account: z.object({ server: z.string(), login: z.string() }).nullable(),
  restarts: count,
  lastExit: z
    .object({
      at: z.iso.datetime(),
      why: z.string(),
      code: count.nullable(),
      signal: z.string().nullable(),
    })
    .nullable(),
  rssBytes: z.number().nullable(),
  switchMs: z.object({ same: spread, other: spread }),
  garbage: z.object({ messages: count, overLong: count, strays: count }),
});

const queue = z.object({
  accounts: count,
  reading: count,
  waiting: count,
  oldestDueS: z.number().nullable(),
  capacity: count.nullable(),
  isMeasured: z.boolean(),
  ageS: z.number().nullable(),
});

const users = z.object({
  registered: count.nullable(),
  online: count.nullable(),
  grace: count.nullable(),
});

const known = z.number().nullable();
const figures = z.object({
  minutes: count,
  syncs: count,
  syncSuccessPct: known,
  syncP50Ms: known,
  syncP95Ms: known,
  requests: count.nullable(),
  requestP95Ms: known,
  faultPct: known,
  slowQueries: count.nullable(),
  load: known,
  freeBytes: known,
  accounts: z.array(count),
});

const measures = z.object({
  hour: figures,
  day: figures,
  availability: z.object({ answered: count, of: count, since: z.iso.datetime().nullable() }).nullable(),
  goals: z.object({
    syncSuccessPct: z.literal(95),
    requestP95Ms: z.literal(200),
    faultPct: z.literal(1),
    availabilityPct: z.literal(99.5),
  }),
});

/** The status as JSON, on the command line and in the API. */
export const statusShape = z.object({
  version: z.string(),
  at: z.iso.datetime(),
  level,
  process: z
    .object({ url: z.string(), startedAt: z.iso.datetime(), uptimeS: z.number(), rssBytes: z.number() })
    .nullable(),
  measures: measures.nullable(),
  users,
  queue: queue.nullable(),
  terminals: z.array(terminal).nullable(),
  checks: z.array(z.object({ name: z.string(), level, says: z.string(), fix: z.string().nullable() })),
}) satisfies z.ZodType<Status>;
