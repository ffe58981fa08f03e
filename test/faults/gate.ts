/** A gate process that things are done to, and that is asked how it is. It outlives them: see lives.ts. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../fixtures/time/eventually.js';
import type { Ports } from '../fixtures/processes/gate-process.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import type { Limits } from '../../src/delivery/limits.js';
import { call, type Answered } from './calls.js';
import { beginLives } from './lives.js';

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote to standard error. */
  readonly said: string;
}

export interface Gate {
  readonly name: string;
  readonly ports: Ports;
  readonly dataDir: string;
  /** Whether it answered that it is ready, within so long. */
  becomesReady(withinMs: number): Promise<boolean>;
  /** SIGKILL, of a process that runs: one that is being begun again is waited for. */
  kill(): Promise<void>;
  /** SIGTERM; answers the milliseconds until it had ended. */
  terminate(): Promise<number>;
  stop(): void;
  wake(): void;
  /** The wall clock of this process is so far ahead from now on, in its later lives as well. */
  setClock(aheadMs: number): void;
  /** Its later lives are of this program, and so is its command line from now on: as where another was installed. */
  install(program: Program): void;
  /** Whether its clock was wrong at some moment of the last so many milliseconds. */
  wasAwry(withinMs: number): boolean;
  admin(input: AdminInput): Promise<Answered | null>;
  /** Runs `gate <verb>` beside it; answers what was printed. */
  cli(...words: readonly string[]): Promise<string>;
  /** The same, of another program than the one that is installed. */
  cliOf(program: Program, ...words: readonly string[]): Promise<string>;
  /** How its lives ended, but for those that the harness ended. */
  readonly unbidden: readonly End[];
  readonly lives: () => number;
  /** Event lines of all lives, parsed. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Log lines of level `error` and above, of all lives. */
  readonly errors: readonly string[];
  /** Ends it for good; answers its exit code. */
  close(): Promise<number | null>;
}

interface AdminInput {
  readonly path: string;
  readonly body?: unknown;
}

/** A compiled product, as files that Node is started with. */
export interface Program {
  /** Of its command line. */
  readonly main: string;
  /** What serves with dependencies, `e2e/serve-with-dependencies.ts`; null for the product as it is delivered, which has none. */
  readonly withDeps: string | null;
}

/** `root`: where the tests were compiled to `<root>/out`. */
export function programWithDeps(root = packageRoot()): Program {
  return { main: join(root, 'out/src/main.js'), withDeps: withDeps({}, root).main };
}

/** `root`: where the product was built to `<root>/dist`. Former versions have their modules there alone, not joined. */
export function deliveredProgram(root = packageRoot()): Program {
  const places = ['dist/run/main.js', 'dist/src/main.js'].map((place) => join(root, place));
  return { main: places.find((place) => existsSync(place)) ?? places[0] ?? '', withDeps: null };
}

export interface GateDeps {
  readonly name: string;
  readonly program: Program;
  readonly ports: Ports;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Partial<Limits>;
}

export function beginGate(deps: GateDeps): Gate {
  const { name, ports, dataDir } = deps;
  let { program } = deps;
  const lives = beginLives({ ...deps, program: () => program });
  let isAwry = false;
  let rightSinceMs = -Infinity;
  return {
    name,
    ports,
    dataDir,
    unbidden: lives.unbidden,
    events: lives.events,
    errors: lives.errors,
    lives: lives.count,
    kill: () => lives.kill(),
    stop: () => lives.signal('SIGSTOP'),
    wake: () => lives.signal('SIGCONT'),
    admin: (input) => askAdmin(deps, input),
    cli: (...words) => runCli({ ...deps, program }, words),
    cliOf: (other, ...words) => runCli({ ...deps, program: other }, words),
    install: (next) => void (program = next),
    becomesReady: (withinMs) => becomesReady(deps, withinMs),
    close: () => lives.endForGood(),
    async terminate() {
      const startedMs = performance.now();
      await lives.terminate();
      return performance.now() - startedMs;
    },
    setClock(aheadMs) {
      isAwry = aheadMs !== 0;
      rightSinceMs = performance.now();
      lives.setClock(aheadMs);
    },
    wasAwry: (withinMs) => isAwry || performance.now() - rightSinceMs < withinMs,
  };
}

function becomesReady({ name, ports }: GateDeps, withinMs: number): Promise<boolean> {
  const isReady = async (): Promise<boolean> =>
    (await call({ port: ports.admin, path: '/readyz', withinMs: 2_000 }))?.status === 200;
  return eventually(`${name} is ready`, isReady, withinMs).then(
    () => true,
    () => false,
  );
}

function askAdmin({ ports, dataDir }: GateDeps, { path, body }: AdminInput): Promise<Answered | null> {
  const file = join(dataDir, 'admin.token');
  if (!existsSync(file)) return Promise.resolve(null);
  const headers = {
    authorization: `Bearer ${readFileSync(file, 'utf8').trim()}`,
    'content-type': 'application/json',
  };
  const posted = body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(body) };
  return call({ port: ports.admin, path, headers, withinMs: 10_000, ...posted });
}

async function runCli({ program, dataDir, environment }: GateDeps, words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program.main, ...words], {
    cwd: dataDir,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = (await child.stdout.toArray()) as Buffer[];
  return Buffer.concat(printed).toString('utf8');
}
