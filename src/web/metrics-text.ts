import type { Figures, Tally } from '../domain/tally.js';
import { boundsMs, howMany, type Durations } from '../lib/durations.js';
import { availabilityPct, type MeasureFacts } from './measure-words.js';

export interface MetricsFacts {
  version: string;
  measures: MeasureFacts;
  /** since the process began */
  total: Tally;
  /** kinds of alarms that are on; null: they cannot be asked for */
  alarms: readonly { kind: string; subject: string }[] | null;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | null];

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
const labelText = (labels: Labels): string => {
  const all = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
};

/** What is unknown has no sample: Prometheus knows absence. */
const lines = (name: string, samples: readonly Sample[]): string[] =>
  samples.flatMap(([labels, value]) => (value === null ? [] : [`${name}${labelText(labels)} ${value}`]));

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string[] {
  const found = lines(name, samples);
  return found.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...found];
}

/** Every fourth bound, which doubles from one to the next, is enough to draw. The sum is not kept, and not invented. */
function histogram(name: string, help: string, counts: Durations): string[] {
  const bounds = boundsMs.map((ms, at) => ({ ms, at })).filter(({ at }) => at % 4 === 0);
  const buckets = bounds.map(({ ms, at }): Sample => [
    { le: String(ms / 1_000) },
    howMany(counts.slice(0, at + 1)),
  ]);
  const all = howMany(counts);
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...lines(`${name}_bucket`, [...buckets, [{ le: '+Inf' }, all]]),
    ...lines(`${name}_count`, [[{}, all]]),
  ];
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);
const ratio = (pct: number | null): number | null => (pct === null ? null : pct / 100);

/** Of the last hour and of the last day. */
const windows = ({ hour, day }: MeasureFacts, of: (figures: Figures) => number | null): Sample[] => [
  [{ window: '1h' }, of(hour)],
  [{ window: '24h' }, of(day)],
];

const gauges: readonly [name: string, help: string, of: (figures: Figures) => number | null][] = [
  ['sync_success_ratio', 'Visits that read their account, of all.', (one) => ratio(one.syncSuccessPct)],
  ['sync_visits', 'Visits of accounts.', (one) => one.syncs],
  ['sync_p50_seconds', 'Half of all readings took no longer.', (one) => seconds(one.syncP50Ms)],
  ['sync_p95_seconds', '95 of 100 readings took no longer.', (one) => seconds(one.syncP95Ms)],
  ['requests', 'Pages and answers of the API.', (one) => one.requests],
  ['request_p95_seconds', '95 of 100 requests took no longer.', (one) => seconds(one.requestP95Ms)],
  ['request_fault_ratio', 'Requests answered with 5xx, of all.', (one) => ratio(one.faultPct)],
  ['slow_queries', 'Statements that took more than 500 ms.', (one) => one.slowQueries],
  ['load_average', 'Load of the machine, on average.', (one) => one.load],
  ['free_memory_bytes', 'Free memory of the machine, at least.', (one) => one.freeBytes],
];

const perSlot = (window: string, { accounts }: Figures): Sample[] =>
  accounts.map((count, at): Sample => [{ window, slot: String(at + 1) }, count]);

function goalLines({ goals }: MeasureFacts): string[] {
  const help = 'What a good day keeps to.';
  return metric('rawjournal_goal', 'gauge', help, [
    [{ of: 'sync_success_ratio' }, goals.syncSuccessPct / 100],
    [{ of: 'request_p95_seconds' }, goals.requestP95Ms / 1_000],
    [{ of: 'request_fault_ratio' }, goals.faultPct / 100],
    [{ of: 'availability_ratio' }, goals.availabilityPct / 100],
  ]);
}

/** Everything in Prometheus' text format 0.0.4. Nobody's data is in it: numbers of the installation alone. */
export function metricsText({ version, measures, total, alarms }: MetricsFacts): string {
  const accounts = [...perSlot('1h', measures.hour), ...perSlot('24h', measures.day)];
  const available: Sample[] = [[{}, ratio(availabilityPct(measures.availability))]];
  const visits: Sample[] = [
    [{ outcome: 'read' }, howMany(total.reads)],
    [{ outcome: 'failed' }, total.failures],
  ];
  const on = alarms?.map((alarm): Sample => [{ kind: alarm.kind, subject: alarm.subject }, 1]) ?? [];
  return `${[
    ...metric('rawjournal_info', 'gauge', 'The version that runs.', [[{ version }, 1]]),
    ...gauges.flatMap(([name, help, of]) =>
      metric(`rawjournal_${name}`, 'gauge', help, windows(measures, of)),
    ),
    ...metric(
      'rawjournal_slot_accounts',
      'gauge',
      'Most accounts a terminal read within a minute.',
      accounts,
    ),
    ...metric('rawjournal_availability_ratio', 'gauge', 'Minutes available, of 30 days at most.', available),
    ...goalLines(measures),
    ...metric('rawjournal_visits_total', 'counter', 'Visits of accounts since the start.', visits),
    ...metric('rawjournal_request_faults_total', 'counter', 'Answers with 5xx since the start.', [
      [{}, total.faults],
    ]),
    ...metric('rawjournal_slow_queries_total', 'counter', 'Statements over 500 ms since the start.', [
      [{}, total.slowQueries],
    ]),
    ...histogram('rawjournal_request_seconds', 'How long requests took since the start.', total.requests),
    ...histogram('rawjournal_read_seconds', 'How long readings took since the start.', total.reads),
    ...metric('rawjournal_alarms', 'gauge', 'How many alarms are on.', [[{}, alarms?.length ?? null]]),
    ...metric('rawjournal_alarm', 'gauge', 'Alarms that are on.', on),
  ].join('\n')}\n`;
}
