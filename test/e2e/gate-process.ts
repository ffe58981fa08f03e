/** `gate serve` and `gate demo` as real processes: started, asked, killed and started again, as an operator would. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import { freePort } from '../setup/ports.js';
import { eventually } from './eventually.js';

export const SECRET = '5f0c9a7d3be14826a0d7f1c35e9b8246c1d0e3f2a5b4978685746352413f0e1d';

export interface Ports {
  readonly public: number;
  readonly gate: number;
  readonly admin: number;
  readonly demoSite: number;
}

export interface GateProcess {
  readonly ports: Ports;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly child: ChildProcess;
  /** Everything it printed so far, standard output and error apart. */
  readonly printed: { out: string; err: string };
  /** Runs `gate <verb>` against this process. */
  cli(...args: readonly string[]): Promise<{ code: number; out: string; err: string }>;
  /** One call to the admin plane, as the CLI makes it. */
  admin(path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: no farewell. */
  kill(): Promise<void>;
}

export interface GateOptions {
  readonly sites: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
  /** Where `sites.toml` is written; the data folder where absent. */
  readonly sitesDir?: string;
  readonly ports?: Ports;
  readonly verb?: 'serve' | 'demo';
  readonly arguments?: readonly string[];
  /** Another program than the product's, for what no variable may reach. */
  readonly main?: string;
  /** For Node itself; with any, the process has a channel to speak with this one (`child.send`). */
  readonly nodeArguments?: readonly string[];
}

const MAIN = join(packageRoot(), 'dist/src/main.js');
const START_DEADLINE_MS = 20_000;

export async function startGate(options: GateOptions): Promise<GateProcess> {
  const ports = options.ports ?? (await freePorts());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'gate-e2e-'));
  const environment = environmentOf(options, { ports, dataDir });
  const { nodeArguments = [] } = options;
  const argv = [...nodeArguments, options.main ?? MAIN, options.verb ?? 'serve', ...(options.arguments ?? [])];
  const child = spawn(process.execPath, argv, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', ...(nodeArguments.length === 0 ? [] : ['ipc' as const])],
  });
  const printed = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const gate = handle({ child, ports, dataDir, environment, printed });
  const roles = options.arguments?.join(' ') ?? environment['GATE_ROLES'] ?? 'admin';
  const hasAdmin = roles.includes('admin');
  const look = hasAdmin ? () => isReady(child, ports, printed) : () => saysReady(child, printed);
  try {
    await eventually('the gate is ready', look, START_DEADLINE_MS);
  } catch (error) {
    child.kill('SIGKILL'); // nobody else has it yet
    throw error;
  }
  return gate;
}

/** Removes the data folder of processes that are no longer running. */
export function removeData(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
}

export async function freePorts(): Promise<Ports> {
  const [open, gate, admin, demoSite] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { public: open, gate, admin, demoSite };
}

function environmentOf(options: GateOptions, at: { ports: Ports; dataDir: string }): Record<string, string> {
  const sitesFile = join(options.sitesDir ?? at.dataDir, 'sites.toml');
  if (options.verb !== 'demo') writeFileSync(sitesFile, options.sites);
  return {
    PATH: process.env['PATH'] ?? '',
    PUBLIC_URL: `http://localhost:${String(at.ports.public)}`,
    PUBLIC_PORT: String(at.ports.public),
    GATE_PORT: String(at.ports.gate),
    ADMIN_PORT: String(at.ports.admin),
    DEMO_SITE_PORT: String(at.ports.demoSite),
    DATA_DIR: at.dataDir,
    TRUSTED_PROXIES: '127.0.0.1/32',
    ...(options.verb === 'demo' ? {} : { SITES_FILE: sitesFile, GATE_SECRET: SECRET }),
    ...options.environment,
  };
}

function handle(parts: {
  child: ChildProcess;
  ports: Ports;
  dataDir: string;
  environment: Record<string, string>;
  printed: { out: string; err: string };
}): GateProcess {
  const { child, ports, dataDir } = parts;
  return {
    ...parts,
    publicUrl: `http://localhost:${String(ports.public)}`,
    cli: (...args) => run(args, parts.environment),
    async admin(path, body) {
      const token = readFileSync(join(dataDir, 'admin.token'), 'utf8').trim();
      const response = await fetch(`http://127.0.0.1:${String(ports.admin)}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function run(
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...printed };
}

async function isReady(child: ChildProcess, ports: Ports, printed: { err: string }): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the gate ended with ${String(child.exitCode)}: ${printed.err}`);
  try {
    return (await fetch(`http://127.0.0.1:${String(ports.admin)}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** A process without the admin plane has nobody to ask. */
function saysReady(child: ChildProcess, printed: { err: string }): boolean {
  if (child.exitCode !== null) throw new Error(`the gate ended with ${String(child.exitCode)}: ${printed.err}`);
  return printed.err.includes('"msg":"ready"');
}
