/** Starts a real proxy with its snippet from deploy/: only ports and paths are put in. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import { accepting, freePort } from '../setup/ports.js';

export const PROXIES = ['nginx', 'caddy', 'haproxy'] as const;
export type ProxyKind = (typeof PROXIES)[number];

export interface Behind {
  readonly gatePort: number;
  readonly appPort: number;
  readonly host: string;
}

export interface RunningProxy {
  readonly port: number;
  stop(): Promise<void>;
}

const VERSION: Readonly<Record<ProxyKind, string>> = { nginx: '-v', caddy: 'version', haproxy: '-v' };

export function isInstalled(kind: ProxyKind): boolean {
  return spawnSync(kind, [VERSION[kind]]).status === 0;
}

export async function startProxy(kind: ProxyKind, behind: Behind): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `gate-${kind}-`));
  cpSync(join(packageRoot(), 'deploy', kind), folder, { recursive: true });
  const port = await freePort();
  const child = commands[kind](folder, substitution(folder, { ...behind, port }));
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await accepting(port, kind, () => child.exitCode !== null);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${kind} did not start: ${said}`, { cause: error });
  }
  return {
    port,
    async stop() {
      child.kill(kind === 'haproxy' ? 'SIGKILL' : 'SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Rewrites one file of the snippet in place, and answers its path. */
type Substitute = (file: string) => string;

function substitution(folder: string, at: Behind & { port: number }): Substitute {
  return (file) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8')
      .replaceAll('127.0.0.1:8081', `127.0.0.1:${String(at.gatePort)}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${String(at.appPort)}`)
      .replaceAll('stg.example.org:80', `${at.host}:${String(at.port)}`)
      .replaceAll(/(listen |bind \*:)80\b/g, `$1${String(at.port)}`)
      .replaceAll('lua-load gate.lua', `lua-load ${join(folder, 'gate.lua')}`)
      .replaceAll(/include (gate[\w-]*\.conf)/g, `include ${folder}/$1`);
    writeFileSync(path, text);
    return path;
  };
}

const commands: Readonly<Record<ProxyKind, (folder: string, substitute: Substitute) => ChildProcess>> = {
  nginx(folder, substitute) {
    for (const file of ['gate.conf', 'gate-server.conf', 'gate-location.conf']) substitute(file);
    const site = substitute('site.example.conf');
    const main = join(folder, 'nginx.conf');
    writeFileSync(
      main,
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}
http { access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
include ${site}; }`,
    );
    return spawn('nginx', ['-c', main, '-p', folder, '-e', 'stderr'], PIPES);
  },
  caddy(folder, substitute) {
    const home = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return spawn('caddy', ['run', '--config', substitute('Caddyfile'), '--adapter', 'caddyfile'], {
      ...PIPES,
      env: home,
    });
  },
  haproxy(_folder, substitute) {
    substitute('gate.lua');
    return spawn('haproxy', ['-f', substitute('haproxy.cfg'), '-db'], PIPES);
  },
};

const PIPES = { stdio: ['ignore', 'ignore', 'pipe'] } as const satisfies { stdio: ['ignore', 'ignore', 'pipe'] };
