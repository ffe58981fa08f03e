/** Starts a real proxy in front of the public plane with its snippet for callers from deploy/: only ports and paths are put in. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import type { MadeCertificate } from '../fakes/certificate.js';
import { accepting, freePort } from '../setup/ports.js';
import type { ProxyKind, RunningProxy } from './proxies.js';

export interface CallersProxyParts {
  readonly publicPort: number;
  readonly own: MadeCertificate;
  /** PEM. */
  readonly clientAuthority: string;
}

const SNIPPETS: Readonly<Record<ProxyKind, string>> = {
  nginx: 'callers.example.conf',
  caddy: 'callers.Caddyfile',
  haproxy: 'callers.cfg',
};

export async function startCallersProxy(kind: ProxyKind, parts: CallersProxyParts): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `gate-callers-${kind}-`));
  const port = await freePort();
  writeFileSync(join(folder, 'gate.pem'), parts.own.cert + (kind === 'haproxy' ? parts.own.key : ''));
  writeFileSync(join(folder, 'gate.key'), parts.own.key, { mode: 0o600 });
  writeFileSync(join(folder, 'callers-ca.pem'), parts.clientAuthority);
  const snippet = readFileSync(join(packageRoot(), 'deploy', kind, SNIPPETS[kind]), 'utf8')
    .replaceAll('/etc/koder-gate/', `${folder}/`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${String(parts.publicPort)}`)
    .replaceAll('gate.example.org:443', `localhost:${String(port)}`)
    .replaceAll(/(listen |bind \*:)443\b/g, `$1${String(port)}`);
  const file = join(folder, SNIPPETS[kind]);
  writeFileSync(file, snippet);
  const child = commands[kind](folder, file);
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

const PIPES = { stdio: ['ignore', 'ignore', 'pipe'] } as const satisfies { stdio: ['ignore', 'ignore', 'pipe'] };

const commands: Readonly<Record<ProxyKind, (folder: string, file: string) => ChildProcess>> = {
  nginx(folder, file) {
    const main = join(folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    writeFileSync(
      main,
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}
http { access_log off; ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
include ${file}; }`,
    );
    return spawn('nginx', ['-c', main, '-p', folder, '-e', 'stderr'], PIPES);
  },
  caddy(folder, file) {
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { ...PIPES, env });
  },
  haproxy: (_folder, file) => spawn('haproxy', ['-f', file, '-db'], PIPES),
};
