/**
 * The lives of one gate process: begun again whenever it has ended, as a supervisor would, on its own ports and folder. What
 * it printed in all of them is kept, and how those ended that nobody had asked to end.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../fixtures/time/eventually.js';
import type { ClockJump, Deps } from '../fixtures/processes/serve-with-deps.js';
import type { End, Gate, GateDeps, Program } from './gate.js';

export interface Lives extends Pick<Gate, 'unbidden' | 'events' | 'errors' | 'kill' | 'setClock'> {
  readonly count: () => number;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGTERM; resolves when this life is over. */
  terminate(): Promise<void>;
  /** The same, and no further life begins; answers the exit code. */
  endForGood(): Promise<number | null>;
}

export interface LivesDeps extends Omit<GateDeps, 'program'> {
  /** That of the next life. */
  readonly program: () => Program;
}

const AGAIN_AFTER_MS = 50;
const SAID_CHARACTERS = 600;
const LEVEL_ERROR = 50;

export function beginLives(deps: LivesDeps): Lives {
  const kept: Kept = { unbidden: [], events: [], errors: [] };
  let count = 0;
  let aheadMs = 0;
  let isOver = false;
  /** Processes whose end was asked for. */
  const bidden = new WeakSet<ChildProcess>();
  let child = begin();

  function begin(): ChildProcess {
    count += 1;
    const next = spawnServe(deps, aheadMs);
    const said = keepLines(next, deps.name, kept);
    next.once('exit', (code, signal) => {
      if (!bidden.has(next)) kept.unbidden.push({ code, signal, said: said() });
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

  return {
    ...kept,
    count: () => count,
    signal: (signal) => void child.kill(signal),
    async kill() {
      await eventually(`${deps.name} runs`, () => !hasEnded(child));
      await end('SIGKILL');
    },
    terminate: () => end('SIGTERM'),
    setClock(ms) {
      aheadMs = ms;
      if (child.connected) child.send({ aheadMs } satisfies ClockJump);
    },
    async endForGood() {
      isOver = true;
      const last = child;
      last.kill('SIGCONT');
      await end('SIGTERM');
      return last.exitCode;
    },
  };
}

interface Kept {
  readonly unbidden: End[];
  readonly events: Readonly<Record<string, unknown>>[];
  readonly errors: string[];
}

/** Answers how to ask for the last lines of standard error. */
function keepLines({ stdout, stderr }: ChildProcess, name: string, { events, errors }: Kept): () => string {
  let said = '';
  eachLine(stdout, (line) => {
    const event = parsed(line);
    if (event !== null) events.push(event);
  });
  eachLine(stderr, (line) => {
    said = `${said}${line}\n`.slice(-SAID_CHARACTERS);
    if (Number(parsed(line)?.['level'] ?? 0) >= LEVEL_ERROR) errors.push(`${name}: ${line}`);
  });
  return () => said;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function spawnServe({ program, dataDir, environment, limits }: LivesDeps, aheadMs: number): ChildProcess {
  const { main, withDeps } = program();
  const deps: Deps = { courierLimits: limits, aheadMs };
  const argv = withDeps === null ? [main, 'serve'] : [withDeps, 'serve', JSON.stringify(deps)];
  return spawn(process.execPath, argv, {
    cwd: dataDir,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
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
