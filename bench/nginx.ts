/** nginx `auth_request` to the gate beside nginx `auth_request` to a bare server, upstream keepalive on both. */
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

export const nginxBench: Bench = {
  what: 'nginx auth_request to the check, beside nginx auth_request to a bare server',
  async measure(run) {
    requireCommand('nginx', 'nginx-light');
    return measureProxy({ name: 'nginx', asking: 'nginx auth_request', start: startNginx }, run);
  },
};

async function startNginx(authPort: number): Promise<Proxy> {
  const { folder, remove } = scratch('nginx');
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, authPort));
  const child = start('server', ['nginx', '-c', file, '-p', folder, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const nginx = running(child);
  await accepting(port, 'nginx');
  return { ...nginx, port, stop: () => nginx.stop().finally(remove) };
}

/** The shipped files, as an operator includes them. The load tool's X-Forwarded-For is the visitor's address here. */
function configuration(folder: string, port: number, authPort: number): string {
  for (const name of ['gate.conf', 'gate-asks.conf', 'gate-server.conf', 'gate-location.conf']) {
    const text = readFileSync(join(packageRoot(), 'deploy/nginx', name), 'utf8')
      .replace('127.0.0.1:8081;', `127.0.0.1:${String(authPort)}; keepalive_requests 100000000;`)
      .replaceAll(/include (gate[\w-]*\.conf)/g, `include ${folder}/$1`);
    writeFileSync(join(folder, name), text);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; ${temporary.join(' ')}
  set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;
  include ${folder}/gate.conf;
  server {
    listen 127.0.0.1:${String(port)}; server_name ${BENCH_SITE};
    include ${folder}/gate-server.conf;
    location / { include ${folder}/gate-location.conf; empty_gif; }
  }
}`;
}
