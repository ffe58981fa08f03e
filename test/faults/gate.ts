/**
 * A gate process that things are done to. It outlives them: whenever its process has ended it is begun again, on its own
 * ports and data folder, as a supervisor would. How each of its lives ended is kept.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../e2e/eventually.js';
import type { Ports } from '../e2e/gate-process.js';
import { seamed } from '../e2e/seamed.js';
import type { ClockJump } from '../e2e/serve-with-seams.js';
import type { Limits } from '../../src/delivery/limits.js';
import { call, type Answered } from './calls.js';

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
  /** Whether its clock was wrong at some moment of the last so many milliseconds. */
  wasAwry(withinMs: number): boolean;
  admin(wish: { readonly path: string; readonly body?: unknown }): Promise<Answered | null>;
  /** Runs `gate <verb>` beside it; answers what was printed. */
  cli(...words: readonly string[]): Promise<string>;
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

export interface GateSeams {
  readonly name: string;
  /** Where the compiled product lies: `<root>/out`. */
  readonly root: string;
  readonly ports: Ports;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Partial<Limits>;
}

const AGAIN_AFTER_MS = 50;
const SAID_CHARACTERS = 600;
const LEVEL_ERROR = 50;

export function beginGate(seams: GateSeams): Gate {
  const { name, ports, dataDir } = seams;
  const unbidden: End[] = [];
  const events: Readonly<Record<string, unknown>>[] = [];
  const errors: string[] = [];
  let lives = 0;
  let aheadMs = 0;
  let rightSinceMs = -Infinity;
  let isOver = false;
  /** Processes whose end was asked for. */
  const bidden = new WeakSet<ChildProcess>();
  let child = begin();

  function begin(): ChildProcess {
    lives += 1;
    const next = spawnServe(seams, aheadMs);
    let said = '';
    eachLine(next.stdout, (line) => {
      const event = parsed(line);
      if (event !== null) events.push(event);
    });
    eachLine(next.stderr, (line) => {
      said = `${said}${line}\n`.slice(-SAID_CHARACTERS);
      if (Number(parsed(line)?.['level'] ?? 0) >= LEVEL_ERROR) errors.push(`${name}: ${line}`);
    });
    next.once('exit', (code, signal) => {
      if (!bidden.has(next)) unbidden.push({ code, signal, said });
      if (!isOver) setTimeout(() => (isOver ? undefined : (child = begin())), AGAIN_AFTER_MS);
    });
    return next;
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    bidden.add(ending);
    if (hasEnded(ending)) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  }

  const admin: Gate['admin'] = ({ path, body }) => {
    const file = join(dataDir, 'admin.token');
    if (!existsSync(file)) return Promise.resolve(null);
    const headers = {
      authorization: `Bearer ${readFileSync(file, 'utf8').trim()}`,
      'content-type': 'application/json',
    };
    const posted = body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(body) };
    return call({ port: ports.admin, path, headers, withinMs: 10_000, ...posted });
  };

  return {
    name,
    ports,
    dataDir,
    unbidden,
    events,
    errors,
    admin,
    lives: () => lives,
    async becomesReady(withinMs) {
      const isReady = async (): Promise<boolean> =>
        (await call({ port: ports.admin, path: '/readyz', withinMs: 2_000 }))?.status === 200;
      return eventually(`${name} is ready`, isReady, withinMs).then(
        () => true,
        () => false,
      );
    },
    async kill() {
      await eventually(`${name} runs`, () => !hasEnded(child));
      await end('SIGKILL');
    },
    async terminate() {
      const startedMs = performance.now();
      await end('SIGTERM');
      return performance.now() - startedMs;
    },
    stop: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    cli: (...words) => runCli(seams, words),
    setClock(ms) {
      rightSinceMs = performance.now();
      aheadMs = ms;
      if (child.connected) child.send({ aheadMs } satisfies ClockJump);
    },
    wasAwry: (withinMs) => aheadMs !== 0 || performance.now() - rightSinceMs < withinMs,
    async close() {
      isOver = true;
      const last = child;
      last.kill('SIGCONT');
      await end('SIGTERM');
      return last.exitCode;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function spawnServe({ root, dataDir, environment, limits }: GateSeams, aheadMs: number): ChildProcess {
  const { main, arguments: words } = seamed({ courierLimits: limits, aheadMs }, root);
  return spawn(process.execPath, [main, 'serve', ...words], {
    cwd: dataDir,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function runCli({ root, dataDir, environment }: GateSeams, words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'out/src/main.js'), ...words], {
    cwd: dataDir,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = (await child.stdout.toArray()) as Buffer[];
  return Buffer.concat(printed).toString('utf8');
}

function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // not one of ours: a stack, or a line that a kill cut short
  }
}
