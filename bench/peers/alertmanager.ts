/**
 * Prometheus Alertmanager as it fans one alert out to webhooks: every alert a group of its own, no waiting for others, a
 * single instance. It keeps alerts in memory and writes a snapshot every 15 minutes, so what it has taken a crash loses.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../load/call.js';
import { accepting, freePort } from '../../test/fixtures/network/ports.js';
import { running, start, type Running } from '../processes.js';
import { scratch } from '../scratch.js';
import { requireCommand } from './peer.js';

export interface Alertmanager extends Running {
  /** Posts one alert; resolves when it was taken. */
  post(address: string, caller: Caller): Promise<void>;
}

const COMMAND = 'prometheus-alertmanager';
const LASTS_MS = 3_600_000;

export function requireAlertmanager(): void {
  requireCommand(COMMAND, COMMAND);
}

export async function startAlertmanager(urls: readonly string[]): Promise<Alertmanager> {
  const { folder, remove } = scratch('alertmanager');
  const port = await freePort();
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, configuration(urls));
  const options = [
    `--config.file=${file}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ];
  const alertmanager = running(start('server', [COMMAND, ...options], { stdio: ['ignore', 'ignore', 'inherit'] }));
  await accepting(port, 'Alertmanager');
  return {
    ...alertmanager,
    post: (address, caller) =>
      caller.call({
        port,
        method: 'POST',
        path: '/api/v2/alerts',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([alert(address)]),
        expected: 200,
      }),
    stop: () => alertmanager.stop().finally(remove),
  };
}

/** What a producer would tell of a visitor: the same facts as in our payload. */
function alert(address: string): object {
  return {
    labels: { alertname: 'AccessPending', host: 'app.bench.example.org', environment: 'stg', origin_ip: address },
    annotations: { user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/151.0', geo: 'BR', admin: 'ada@example.org' },
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + LASTS_MS).toISOString(),
  };
}

/** JSON is YAML. `...` groups by every label: no alert waits for another. */
function configuration(urls: readonly string[]): string {
  const route = {
    receiver: 'consumers',
    group_by: ['...'],
    group_wait: '0s',
    group_interval: '5m',
    repeat_interval: '4h',
  };
  const consumers = urls.map((url) => ({ url, send_resolved: false }));
  return JSON.stringify({ route, receivers: [{ name: 'consumers', webhook_configs: consumers }] });
}
