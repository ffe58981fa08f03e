/** `/api/telemetry`: what was counted, step by step, in JSON and CSV; and what is wrong with a question, field by field. */
import { describe, expect, test } from '@jest/globals';
import { bucketOf, SUM_BUCKET } from '../../src/base/time/log-buckets.js';
import type { MetricName, Resolution } from '../../src/contract/ledger.js';
import { BEARER, get, openAdmin } from '../fixtures/http/admin-calls.js';
import { planes } from '../fixtures/http/one-planes.js';
import { METRICS_TOKEN } from '../fixtures/http/planes.js';

openAdmin();

const DAY_MS = 86_400_000;
/** Today at 00:00 UTC, and steps before that. */
const TODAY_MS = Date.now() - (Date.now() % DAY_MS);
const day = (ago: number): string => new Date(TODAY_MS - ago * DAY_MS).toISOString();

interface Kept {
  readonly name: MetricName;
  readonly dims: Readonly<Record<string, string>>;
  readonly bucket?: number;
  readonly n: number;
  readonly at: string;
}

function keep(resolution: Resolution, { name, dims, bucket = 0, n, at }: Kept): void {
  planes.store.change(`INSERT INTO rollups (resolution, name, at, dims, bucket, n)
    VALUES ('${resolution}', '${name}', ${String(Date.parse(at))}, '${JSON.stringify(dims)}', ${String(bucket)}, ${String(n)})`);
}

const APPROVED = { outcome: 'approved', surface: 'page' };
const DENIED = { outcome: 'denied', surface: 'talk' };

function keepDecisions(): void {
  keep('day', { name: 'requests_decided_total', dims: APPROVED, n: 4, at: day(2) });
  keep('day', { name: 'requests_decided_total', dims: APPROVED, n: 3, at: day(1) });
  keep('day', { name: 'requests_decided_total', dims: DENIED, n: 1, at: day(1) });
  keep('day', { name: 'requests_decided_total', dims: APPROVED, n: 9, at: day(9) });
}

test('a counter has a series for each set of dimensions, within the range', async () => {
  keepDecisions();

  const answer = await get(
    `/api/telemetry?metric=koder_gate_requests_decided_total&from=${day(3)}&to=${day(0)}&step=1d`,
  );

  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({
    metric: 'requests_decided_total',
    kind: 'counter',
    from: day(3),
    to: day(0),
    stepSeconds: 86_400,
    series: [
      {
        dims: APPROVED,
        points: [
          { at: day(2), value: 4 },
          { at: day(1), value: 3 },
        ],
      },
      { dims: DENIED, points: [{ at: day(1), value: 1 }] },
    ],
  });
});

test('steps longer than a day are added up', async () => {
  keepDecisions();

  const answer = await get(`/api/telemetry?metric=requests_decided_total&from=20d&step=30d`);

  const { series } = JSON.parse(answer.text) as { series: { dims: object; points: { value: number }[] }[] };
  const sum = (points: readonly { value: number }[]): number => points.reduce((all, { value }) => all + value, 0);
  expect(series.map(({ points }) => sum(points))).toEqual([16, 1]);
});

test('durations have their number, their sum and percentiles in seconds', async () => {
  const name = 'decision_seconds';
  keep('day', { name, dims: APPROVED, bucket: bucketOf(2_000_000), n: 98, at: day(1) });
  keep('day', { name, dims: APPROVED, bucket: bucketOf(600_000_000), n: 2, at: day(1) });
  keep('day', { name, dims: APPROVED, bucket: SUM_BUCKET, n: 1_396_000_000, at: day(1) });

  const answer = await get(`/api/telemetry?metric=decision_seconds&from=${day(1)}&to=${day(0)}&step=1d`);

  const { series } = JSON.parse(answer.text) as { series: { points: Record<string, number>[] }[] };
  const [point = {}] = series[0]?.points ?? [];
  expect(point).toMatchObject({ at: day(1), count: 100, sum: 1_396 });
  expect(Math.abs((point['p50'] ?? 0) / 2 - 1)).toBeLessThan(0.05);
  expect(Math.abs((point['p99'] ?? 0) / 600 - 1)).toBeLessThan(0.05);
});

describe('CSV', () => {
  const CSV = [
    'at,outcome,surface,value',
    `${day(2)},approved,page,4`,
    `${day(1)},approved,page,3`,
    `${day(1)},denied,talk,1`,
    '',
  ].join('\r\n');
  const path = `/api/telemetry?metric=requests_decided_total&from=${day(3)}&to=${day(0)}&step=1d`;

  test.each([
    ['by the format', `${path}&format=csv`, {}],
    ['by what the caller takes', path, { accept: 'text/csv' }],
  ])('%s', async (_how, asked, headers) => {
    keepDecisions();

    const answer = await get(asked, { ...BEARER, ...headers });

    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.text).toBe(CSV);
  });

  test('what a spreadsheet would take for a formula is text', async () => {
    keep('day', { name: 'requests_decided_total', dims: { ...APPROVED, surface: '=1+1' }, n: 1, at: day(1) });

    const answer = await get(`${path}&format=csv`, BEARER);

    expect(answer.text).toContain(",approved,'=1+1,1\r\n");
  });

  test('the format goes before what the caller takes', async () => {
    const answer = await get(`${path}&format=json`, { ...BEARER, accept: 'text/csv' });

    expect(answer.headers['content-type']).toContain('application/json');
  });
});

test.each([
  ['', 'metric must be one of requests_opened_total, '],
  ['metric=cpu', 'metric must be one of requests_opened_total, '],
  ['metric=checks_total&from=lately&to=2026-13-40&step=never&format=xml&by=site', 'from must be a time like'],
  ['metric=checks_total&from=lately&to=2026-13-40&step=never&format=xml&by=site', 'to must be a time like'],
  ['metric=checks_total&from=lately&to=2026-13-40&step=never&format=xml&by=site', 'step must be a duration like'],
  ['metric=checks_total&from=lately&to=2026-13-40&step=never&format=xml&by=site', 'format must be one of json, csv'],
  ['metric=checks_total&from=lately&to=2026-13-40&step=never&format=xml&by=site', 'Unrecognized key: "by"'],
  ['metric=checks_total&metric=checks_total', 'metric must be one of '],
  ['metric=checks_total&to=1h&to=2h', 'to must be given once.'],
  ['metric=checks_total&from=1h&to=2h', 'from must be before to.'],
  ['metric=checks_total&from=1h&step=90s', 'step must be a whole number of minutes'],
  ['metric=checks_total&from=47h&step=1m', 'step is too short: at most 1500 steps'],
  ['metric=checks_total&from=7d&step=15m', 'step is too short for from: beyond 2 days it must be whole hours'],
  ['metric=checks_total&from=120d&step=6h', 'step is too short for from: beyond 90 days it must be whole days'],
])('%s is refused: %s', async (query, problem) => {
  const answer = await get(`/api/telemetry?${query}`);

  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'bad_query' });
  expect((JSON.parse(answer.text) as { error: string }).error).toContain(problem);
});

test.each(['1h', '24h', '3d', '30d', '90d', '700d'])('without a step %s are some dozens of steps', async (from) => {
  const answer = await get(`/api/telemetry?metric=checks_total&from=${from}`);

  expect(answer.status).toBe(200);
  const body = JSON.parse(answer.text) as { from: string; to: string; stepSeconds: number };
  const steps = (Date.parse(body.to) - Date.parse(body.from)) / 1_000 / body.stepSeconds;
  expect(steps).toBeGreaterThan(20);
  expect(steps).toBeLessThanOrEqual(122);
});

test('it is for operators: neither a scraper nor a stranger reads it', async () => {
  const path = '/api/telemetry?metric=checks_total';

  expect((await get(path, { authorization: `Bearer ${METRICS_TOKEN}` })).status).toBe(401);
  expect((await get(path, {})).status).toBe(401);
});

test('a database that is away is a 503, and no empty answer', async () => {
  planes.store.behave('away');

  expect((await get('/api/telemetry?metric=checks_total')).status).toBe(503);
});
