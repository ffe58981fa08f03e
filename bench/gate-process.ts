/** `gate serve` as an operator runs it: the whole product in a process of its own, on the core for servers. */
import { randomBytes } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../src/base/process/package-root.js';
import { freePort } from '../test/fixtures/network/ports.js';
import { running, start, type Running } from './processes.js';
import { withImport, withProfile } from './profile/profiling.js';
import { scratch } from './scratch.js';

/** How SQLite ends a commit: `FULL` as it is delivered, or `NORMAL`, which a power cut may undo, as a rival that does not sync has it. */
export type Synchronous = 'FULL' | 'NORMAL';

export interface GateOptions {
  /** For messages and profiles. */
  readonly name: string;
  /** The text of `sites.toml`. */
  readonly sites: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly synchronous?: Synchronous;
  /** A folder that holds a ledger already; it is left to the caller. */
  readonly dataDir?: string;
  readonly secret?: string;
}

export interface GateProcess extends Running {
  readonly ports: { readonly public: number; readonly gate: number; readonly admin: number };
  /** The SQLite file. */
  readonly database: string;
  /** From the start of the process until it said that it is ready. */
  readonly readyMs: number;
}

const READY_TIMEOUT_MS = 120_000;
const ASK_AGAIN_MS = 5;
/** What `PRAGMA synchronous` answers at `NORMAL` (sqlite.org/pragma.html#pragma_synchronous). */
const NORMAL = '1';

export async function startGate(options: GateOptions): Promise<GateProcess> {
  const own = scratch(options.name);
  const dataDir = options.dataDir ?? own.folder;
  const [open, gate, admin] = [await freePort(), await freePort(), await freePort()];
  const ports = { public: open, gate, admin };
  const mark = join(own.folder, 'synchronous');
  const environment = environmentOf(options, { ports, dataDir, folder: own.folder, mark });
  writeFileSync(join(own.folder, 'sites.toml'), options.sites);
  const main = join(packageRoot(), 'dist/run/main.js');
  const startedMs = performance.now();
  const child = start('server', [process.execPath, main, 'serve'], {
    cwd: own.folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  const serving = running(child);
  const stop = (): Promise<void> => serving.stop().finally(own.remove);
  try {
    await ready(ports.admin, child);
    const readyMs = performance.now() - startedMs;
    if (options.synchronous === 'NORMAL') mustBeNormal(mark);
    return { ...serving, ports, database: join(dataDir, 'gate.sqlite'), readyMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  readonly ports: GateProcess['ports'];
  readonly dataDir: string;
  readonly folder: string;
  readonly mark: string;
}

function environmentOf(options: GateOptions, { ports, dataDir, folder, mark }: Place): NodeJS.ProcessEnv {
  const environment = withProfile(options.name, {
    PATH: process.env['PATH'],
    PUBLIC_URL: `http://localhost:${String(ports.public)}`,
    PUBLIC_PORT: String(ports.public),
    GATE_PORT: String(ports.gate),
    ADMIN_PORT: String(ports.admin),
    DATA_DIR: dataDir,
    SITES_FILE: join(folder, 'sites.toml'),
    GATE_SECRET: options.secret ?? randomBytes(32).toString('hex'),
    TRUSTED_PROXIES: '127.0.0.1/32',
    LOG_LEVEL: 'warn',
    ...options.environment,
  });
  if (options.synchronous !== 'NORMAL') return environment;
  return withImport(new URL('./servers/synchronous-normal.js', import.meta.url), {
    ...environment,
    BENCH_SYNCHRONOUS_MARK: mark,
  });
}

/** What the ledger's own connection said of itself, or the figure would be one of `FULL`. */
function mustBeNormal(mark: string): void {
  if (readFileSync(mark, 'utf8') !== NORMAL) throw new Error('the ledger does not run at synchronous=NORMAL');
}

async function ready(adminPort: number, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error('the gate ended before it was ready');
    const answer = await fetch(`http://127.0.0.1:${String(adminPort)}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await pause(ASK_AGAIN_MS);
  }
  throw new Error(`the gate was not ready within ${String(READY_TIMEOUT_MS / 1_000)} s`);
}
