/** What a query asks of the telemetry. A wrong field is named, and so is an unknown one. */
import { z } from 'zod';
import { parseDurationSeconds } from '../../../approval/duration.js';
import type { MetricName } from '../../../contract/ledger.js';
import { METRIC_NAMES } from '../../../telemetry/metrics.js';
import { spanOf, type Span } from '../../../telemetry/span.js';

const HOUR_MS = 3_600_000;
const DEFAULT_MS = 24 * HOUR_MS;
const PREFIX = 'koder_gate_';
const ONCE = 'must be given once';
const ONE_METRIC = `must be one of ${METRIC_NAMES.join(', ')}`;
const FORMATS = ['json', 'csv'] as const;
/** A date alone is its beginning, in UTC. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

const time = z
  .string(ONCE)
  .refine(
    (text) => parseDurationSeconds(text) !== null || (TIME.test(text) && !Number.isNaN(Date.parse(text))),
    'must be a time like 2026-05-02T14:30:00Z, a day like 2026-05-02, or a duration ago like 24h or 7d',
  );

const QUERY = z.strictObject({
  metric: z
    .string(ONE_METRIC)
    .transform((text) => (text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text))
    .refine((name): name is MetricName => METRIC_NAMES.some((known) => known === name), {
      message: ONE_METRIC,
    }),
  from: time.optional(),
  to: time.optional(),
  step: z
    .string(ONCE)
    .refine((text) => parseDurationSeconds(text) !== null, 'must be a duration like 1m, 1h or 1d')
    .optional(),
  format: z.enum(FORMATS, `must be one of ${FORMATS.join(', ')}`).optional(),
});

export interface TelemetryQuery extends Span {
  readonly metric: MetricName;
  /** Null: by what the caller takes. */
  readonly format: (typeof FORMATS)[number] | null;
}

/** `nowMs`: what durations are counted from, and where the range ends when nothing is said. */
export function readTelemetryQuery(query: unknown, nowMs: number): TelemetryQuery | z.ZodError {
  const read = QUERY.transform(({ metric, from, to, step, format }, context) => {
    const toMs = to === undefined ? nowMs : timeIn(to, nowMs);
    const fromMs = from === undefined ? toMs - DEFAULT_MS : timeIn(from, nowMs);
    const seconds = step === undefined ? null : parseDurationSeconds(step);
    const span = spanOf({ fromMs, toMs, stepMs: seconds === null ? null : seconds * 1_000 }, nowMs);
    if ('stepMs' in span) return { metric, format: format ?? null, ...span };
    for (const { field, problem } of span) context.addIssue({ code: 'custom', path: [field], message: problem });
    return z.NEVER;
  }).safeParse(query);
  return read.success ? read.data : read.error;
}

function timeIn(text: string, nowMs: number): number {
  const seconds = parseDurationSeconds(text);
  return seconds === null ? Date.parse(text) : nowMs - seconds * 1_000;
}
