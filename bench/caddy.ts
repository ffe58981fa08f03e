/** Caddy `forward_auth` to the gate beside Caddy `forward_auth` to a bare server. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/base/process/package-root.js';
import { BENCH_SITE } from './grants.js';
import { requireCommand } from './peers/peer.js';
import { accepting, freePort } from '../test/fixtures/network/ports.js';
import { running, start } from './processes.js';
import { measureProxy, type Proxy } from './proxy.js';
import type { Bench } from './run.js';
import { scratch } from './scratch.js';

export const caddyBench: Bench = {
  what: 'Caddy forward_auth to the check, beside Caddy forward_auth to a bare server',
  async measure(run) {
    requireCommand('caddy', 'caddy');
    return measureProxy({ name: 'caddy', asking: 'Caddy forward_auth', start: startCaddy }, run);
  },
};

async function startCaddy(authPort: number): Promise<Proxy> {
  const { folder, remove } = scratch('caddy');
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, configuration(port, authPort));
  const child = start('server', ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  const caddy = running(child);
  await accepting(port, 'Caddy');
  return { ...caddy, port, stop: () => caddy.stop().finally(remove) };
}

/** The shipped file. The load tool's X-Forwarded-For is the visitor's address here, and Caddy itself answers for the site. */
function configuration(port: number, authPort: number): string {
  return readFileSync(join(packageRoot(), 'deploy/caddy/Caddyfile'), 'utf8')
    .replace('admin off', 'admin off\n\tauto_https off\n\tlog {\n\t\tlevel ERROR\n\t}')
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${String(authPort)}`)
    .replaceAll('stg.example.org:80', `${BENCH_SITE}:${String(port)}`)
    .replaceAll('stg.example.org', BENCH_SITE)
    .replace('http://:80 ', `http://:${String(port)} `)
    .replace('koder_gate_visitor {remote_host}', 'koder_gate_visitor {header.X-Forwarded-For}')
    .replace('dial_timeout 2s', 'dial_timeout 2s\n\t\tkeepalive_idle_conns_per_host 64')
    .replace(/reverse_proxy 127\.0\.0\.1:3000 \{[^}]*\}[^}]*\}/, 'respond 200');
}
