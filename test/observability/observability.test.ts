/** What is in deploy/observability: rules that fire when they should, and a dashboard whose queries name what `/metrics` has. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/process/package-root.js';
import { get, openAdmin } from '../fixtures/http/admin-calls.js';
import { promtool, testByPromtool } from '../fixtures/observability/promtool.js';

openAdmin();

const FOLDER = join(packageRoot(), 'deploy', 'observability');
const file = (name: string): string => join(FOLDER, name);
const textOf = (name: string): string => readFileSync(file(name), 'utf8');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly id?: number;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

const DASHBOARD = JSON.parse(textOf('grafana-dashboard.json')) as Dashboard;
const QUERIES = DASHBOARD.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** Each name of a metric in these texts, without what a histogram puts behind it. */
function metricsIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/koder_gate_\w+/g)].map(([name]) => name));
  return [...new Set(found.map((name) => name.replace(/_bucket$/, '')))].sort();
}

async function knownMetrics(): Promise<ReadonlySet<string>> {
  const { text } = await get('/metrics');
  return new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name));
}

test('every metric that the dashboard, the rules and their test name is told by the gate', async () => {
  const known = await knownMetrics();

  const named = metricsIn([...QUERIES, textOf('alerts.yml'), textOf('alerts-test.yml')]);

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('the dashboard can be imported anywhere: by its own name, and with whatever data source there is', () => {
  expect(DASHBOARD).toMatchObject({ uid: 'koder-gate', schemaVersion: expect.any(Number) });
  expect(DASHBOARD.id).toBeUndefined();
  expect(DASHBOARD.templating.list.find(({ type }) => type === 'datasource')?.name).toBe('datasource');
  expect(new Set(DASHBOARD.panels.map(({ datasource }) => datasource.uid))).toEqual(new Set(['${datasource}']));
  expect(new Set(DASHBOARD.panels.map(({ id }) => id)).size).toBe(DASHBOARD.panels.length);
});

testByPromtool('the scrape example and the rules are valid, and so is every query of the dashboard', () => {
  expect(promtool(['check', 'config', '--syntax-only', file('prometheus.yml')]).status).toBe(0);
  expect(promtool(['check', 'rules', file('alerts.yml')]).text).toContain('SUCCESS');
  const rules = QUERIES.map((query, index) => {
    const expr = query.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h').replaceAll('$instance', '.*');
    return { record: `query_${String(index)}`, expr };
  });
  const folder = mkdtempSync(join(tmpdir(), 'gate-rules-'));
  // JSON is YAML
  writeFileSync(join(folder, 'queries.yml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));

  expect(promtool(['check', 'rules', join(folder, 'queries.yml')]).text).toContain(
    `${String(rules.length)} rules found`,
  );
  rmSync(folder, { recursive: true });
});

testByPromtool('each alert fires when it should, and not before', () => {
  const said = promtool(['test', 'rules', file('alerts-test.yml')]);

  expect(said.text).toContain('SUCCESS');
  expect(said.status).toBe(0);
  const alerts = [...textOf('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const tested = new Set([...textOf('alerts-test.yml').matchAll(/alertname: (\w+)/g)].map(([, name = '']) => name));
  expect(alerts.filter((name) => !tested.has(name))).toEqual([]);
});

testByPromtool('that test can fail: with another threshold an alert is missed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-rules-'));
  writeFileSync(join(folder, 'alerts.yml'), textOf('alerts.yml').replace('> 600', '> 60000'));
  writeFileSync(join(folder, 'alerts-test.yml'), textOf('alerts-test.yml'));

  expect(promtool(['test', 'rules', join(folder, 'alerts-test.yml')]).status).not.toBe(0);
  rmSync(folder, { recursive: true });
});
