/** nginx `auth_request` to the gate beside nginx `auth_request` to a bare server, upstream keepalive on both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireCommand } from './peers/peer.js';
import { accepting, freePort } from '../test/setup/ports.js';
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

function configuration(folder: string, port: number, authPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; ${temporary.join(' ')}
  upstream gate { server 127.0.0.1:${String(authPort)}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${String(port)};
    location = /check {
      internal; proxy_pass http://gate/auth/nginx; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $http_x_forwarded_for; proxy_set_header X-Forwarded-Host $host;
    }
    location / { auth_request /check; empty_gif; }
  }
}`;
}
