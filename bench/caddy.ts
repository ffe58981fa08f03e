/** Caddy `forward_auth` to the gate beside Caddy `forward_auth` to a bare server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_SITE } from './grants.js';
import { requireCommand } from './peers/peer.js';
import { accepting, freePort } from '../test/setup/ports.js';
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

function configuration(port: number, authPort: number): string {
  return `{
	admin off
	auto_https off
	log {
		level ERROR
	}
}

http://${BENCH_SITE}:${String(port)} {
	bind 127.0.0.1
	route {
		forward_auth 127.0.0.1:${String(authPort)} {
			uri /auth/forward?
			trusted_proxies 127.0.0.1/32
			copy_headers X-Gate-Site X-Gate-Environment X-Gate-Address X-Gate-Grant X-Gate-Approver
			transport http {
				keepalive_idle_conns_per_host 64
			}
		}
		respond 200
	}
}
`;
}
