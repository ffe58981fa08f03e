/** `GET /api/telemetry`: a metric over time, in JSON or CSV, for operators alone. */
import { iso } from '../../../base/time/iso.js';
import type { Express, Request, RequestHandler } from 'express';
import { csvLine } from '../../../base/text/csv.js';
import type { Clock } from '../../../base/time/clock.js';
import type { TelemetryLedger } from '../../../contract/ledger.js';
import { METRICS } from '../../../telemetry/metrics.js';
import { countOf, durationsOf, seriesOf, type Point, type Series } from '../../../telemetry/series.js';
import { refusal, send } from '../../shared/reply.js';
import { badQuery } from './json-post.js';
import { readTelemetryQuery, type TelemetryQuery } from './telemetry-query.js';

/** Of a metric with many dimensions over a long time. */
const MAX_ROWS = 100_000;

export interface TelemetryDeps {
  readonly telemetry: Pick<TelemetryLedger, 'read'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function routeTelemetry(app: Express, { telemetry, clock }: TelemetryDeps, guard: RequestHandler): void {
  app.get('/api/telemetry', guard, async (request, response) => {
    const query = readTelemetryQuery({ ...request.query }, clock.nowMs());
    if (!('metric' in query)) return send(response, badQuery(query));
    const rows = await telemetry.read({ ...query, name: query.metric, limit: MAX_ROWS + 1 });
    if (rows.length > MAX_ROWS) return send(response, TOO_MUCH);
    const series = seriesOf(rows);
    response.vary('accept');
    if (isForCsv(query, request)) return void response.type('text/csv').send(csvOf(query, series));
    send(response, { status: 200, body: bodyOf(query, series) });
  });
}

const TOO_MUCH = refusal(400, 'bad_query', 'step is too short: there is too much to answer at once.');

function isForCsv({ format }: TelemetryQuery, request: Request): boolean {
  return format === null ? request.accepts(['json', 'csv']) === 'csv' : format === 'csv';
}

function bodyOf({ metric, fromMs, toMs, stepMs }: TelemetryQuery, series: readonly Series[]) {
  return {
    metric,
    kind: METRICS[metric].kind,
    from: iso(fromMs),
    to: iso(toMs),
    stepSeconds: stepMs / 1_000,
    series: series.map(({ dims, points }) => ({
      dims,
      points: points.map((point) => ({ at: iso(point.atMs), ...valuesOf(metric, point) })),
    })),
  };
}

function valuesOf(metric: TelemetryQuery['metric'], point: Point): Readonly<Record<string, number | null>> {
  if (METRICS[metric].kind === 'histogram') return { ...durationsOf(point) };
  // kept in microseconds, as all durations
  return { value: metric === 'queue_age_seconds' ? countOf(point) / 1_000_000 : countOf(point) };
}

/** RFC 4180: a line for each series and step, the names first. */
function csvOf({ metric }: TelemetryQuery, series: readonly Series[]): string {
  const { dims: names, kind } = METRICS[metric];
  const values = kind === 'histogram' ? ['count', 'sum', 'p50', 'p90', 'p95', 'p99'] : ['value'];
  const lines = series.flatMap(({ dims, points }) =>
    points.map((point) => {
      const told = valuesOf(metric, point);
      return [iso(point.atMs), ...names.map((name) => dims[name] ?? ''), ...values.map((name) => told[name] ?? '')];
    }),
  );
  return [['at', ...names, ...values], ...lines.sort(byTime)].map(csvLine).join('');
}

type Line = readonly (string | number)[];

function byTime([one = '']: Line, [other = '']: Line): number {
  return one < other ? -1 : Number(one > other);
}
