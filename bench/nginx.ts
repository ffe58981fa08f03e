/** nginx `auth_request` to the gate beside nginx `auth_request` to a bare server, upstream keepalive on both. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFigure } from './figure.js';
import { BENCH_SITE, benchAddress } from './grants.js';
import { measure } from './load/load.js';
import { interleaved, type Contender } from './rounds.js';
import { pinned, startServer, type Started } from './start-server.js';

const GRANTS = 1_000;
const SECONDS = 3;
const BARE = 'nginx auth_request to bare node:http 204';
const GATE = 'nginx auth_request to the gate';
const START_TIMEOUT_MS = 10_000;

export async function benchNginx(say: (line: string) => void): Promise<void> {
  const servers: Started[] = [await startServer('bare'), await startServer('gate', String(GRANTS))];
  const proxies = await Promise.all(servers.map(({ port }) => startNginx(port)));
  try {
    const addresses = Array.from({ length: GRANTS }, (_, index) => benchAddress(index));
    const contenders: Contender[] = proxies.map(({ port }, at) => ({
      name: at === 0 ? BARE : GATE,
      measure: (seconds) => measure({ port, path: '/', host: BENCH_SITE, addresses, seconds }),
    }));
    const medians = await interleaved(contenders, SECONDS, say);
    const against = medians.get(BARE)?.requestsPerSecond ?? NaN;
    const value = medians.get(GATE)?.requestsPerSecond ?? NaN;
    printFigure({ bench: 'nginx', case: GATE, ratio: value / against, value, unit: 'req/s', against: BARE });
    printFigure({ bench: 'nginx', case: BARE, ratio: 1, value: against, unit: 'req/s', against: BARE });
  } finally {
    await Promise.all([...proxies, ...servers].map((running) => running.stop()));
  }
}

/** One worker on the servers' core. It believes the load tool's X-Forwarded-For, so that addresses are spread. */
async function startNginx(authPort: number): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-bench-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, authPort));
  const [command = '', ...args] = pinned('server', ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder]);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  await accepting(port);
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, authPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events { worker_connections 1024; }
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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function accepting(port: number): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isAccepting(port))) {
    if (performance.now() > deadline) throw new Error('nginx does not accept connections');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
