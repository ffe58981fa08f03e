/** `/metrics` for Prometheus: who may read it, that its own tool finds no fault with it, and what the database counted in it. */
import { describe, expect, test } from '@jest/globals';
import { bucketOf, SUM_BUCKET } from '../../src/base/time/log-buckets.js';
import type { Counted } from '../../src/contract/ledger.js';
import { METRIC_NAMES, METRICS } from '../../src/telemetry/metrics.js';
import { get, openAdmin, post } from '../fixtures/http/admin-calls.js';
import { planes } from '../fixtures/http/one-planes.js';
import { METRICS_TOKEN } from '../fixtures/http/planes.js';
import { call } from '../fixtures/http/visitor-client.js';
import { promtool, testByPromtool } from '../fixtures/observability/promtool.js';

openAdmin();

const SCRAPER = { authorization: `Bearer ${METRICS_TOKEN}` };
const DIMS = { outcome: 'approved', surface: 'slack' };

function flush(counts: readonly Counted[]): Promise<boolean> {
  return planes.store.ledger.telemetry.flush({ process: 'p', sequence: 1, counts });
}

describe('the token of scrapers', () => {
  test('reads the metrics, and is nobody anywhere else', async () => {
    expect((await get('/metrics', SCRAPER)).text).toContain('\nkoder_gate_ledger_up 1\n');

    for (const path of ['/', '/queue', '/audit', '/v1/doctor', '/api/deliveries', '/metrics/', '/nowhere'])
      expect([path, (await get(path, SCRAPER)).status]).toEqual([path, 401]);
    for (const path of ['/v1/commands', '/v1/reload', '/metrics'])
      expect([path, (await post(path, { operator: 'ada' }, SCRAPER)).status]).toEqual([path, 401]);
  });

  test.each([
    ['one that is nearly it', `Bearer ${METRICS_TOKEN.slice(0, -1)}x`],
    ['one that begins with it', `Bearer ${METRICS_TOKEN}s`],
    ['nothing', 'Bearer '],
    ['another scheme', `Basic ${METRICS_TOKEN}`],
  ])('%s reads nothing', async (_what, authorization) => {
    const answer = await get('/metrics', { authorization });

    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('koder_gate_');
  });

  test('is refused under a Host that is none of ours, as everybody is', async () => {
    const answer = await call(`${planes.adminUrl}/metrics`, { headers: { ...SCRAPER, host: 'evil.example:8082' } });

    expect(answer.status).toBe(403);
  });
});

test('what the database counted is there under its own name, whether there is anything of it yet or not', async () => {
  const { text } = await get('/metrics');

  for (const name of METRIC_NAMES) expect(text).toContain(`# HELP koder_gate_${name} ${METRICS[name].help}\n`);
  expect(text).not.toContain('undefined');
});

test('durations are a histogram: what is below each bound, their number and their sum', async () => {
  await flush([
    { name: 'requests_decided_total', dims: DIMS, bucket: 0, n: 3 },
    { name: 'decision_seconds', dims: DIMS, bucket: bucketOf(900), n: 1 },
    { name: 'decision_seconds', dims: DIMS, bucket: bucketOf(3_000_000), n: 2 },
    { name: 'decision_seconds', dims: DIMS, bucket: SUM_BUCKET, n: 6_000_900 },
  ]);

  const { text } = await get('/metrics', SCRAPER);

  const labels = 'outcome="approved",surface="slack"';
  expect(text).toContain('\n# TYPE koder_gate_decision_seconds histogram\n');
  expect(text).toContain(`\nkoder_gate_decision_seconds_bucket{${labels},le="0.001024"} 1\n`);
  expect(text).toContain(`\nkoder_gate_decision_seconds_bucket{${labels},le="1.048576"} 1\n`);
  expect(text).toContain(`\nkoder_gate_decision_seconds_bucket{${labels},le="4.194304"} 3\n`);
  expect(text).toContain(`\nkoder_gate_decision_seconds_bucket{${labels},le="+Inf"} 3\n`);
  expect(text).toContain(`\nkoder_gate_decision_seconds_sum{${labels}} 6.0009\n`);
  expect(text).toContain(`\nkoder_gate_decision_seconds_count{${labels}} 3\n`);
  expect(text).toContain(`\nkoder_gate_requests_decided_total{${labels}} 3\n`);
});

testByPromtool('promtool finds no fault with what is told', async () => {
  await planes.accessRequest();
  await flush([
    { name: 'decision_seconds', dims: DIMS, bucket: 80, n: 1 },
    { name: 'decision_seconds', dims: DIMS, bucket: SUM_BUCKET, n: 1_024 },
    { name: 'checks_total', dims: { verdict: 'grant' }, bucket: 0, n: 5 },
  ]);

  expect(promtool(['check', 'metrics'], (await get('/metrics')).text)).toEqual({ status: 0, text: '' });
  // and it would say so
  expect(promtool(['check', 'metrics'], '# TYPE some_total gauge\nsome_total 1\n').status).not.toBe(0);
});
