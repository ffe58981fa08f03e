/** Starts a bench server (a file of bench/servers) as a process of its own, on the core for servers. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { running, start, type Running } from './processes.js';
import { withProfile } from './profile/profiling.js';

export interface Started extends Running {
  readonly port: number;
}

/** One that is asked over the channel between Node processes instead of a port. One question at a time. */
export interface Worker<Task, Answer> extends Running {
  ask(task: Task): Promise<Answer>;
}

const ANSWER_TIMEOUT_MS = 300_000;

/** Resolves once it listens. */
export async function startServer(name: string, ...args: readonly string[]): Promise<Started> {
  const child = start('server', argvOf(name, args), { stdio: ['pipe', 'pipe', 'inherit'], env: withProfile(name) });
  const exited = once(child, 'exit');
  const port = await announcedPort(child);
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.stdin?.end();
      await exited;
    },
  };
}

/** `environment`: what it gets beside this process's own. */
export function startWorker<Task extends object, Answer>(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Worker<Task, Answer> {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  const env = withProfile(name, { ...process.env, ...environment });
  const child = start('server', argvOf(name, args), { stdio: [...stdio], env });
  return {
    ...running(child),
    ask: (task) => answered<Answer>(child, task),
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function argvOf(name: string, args: readonly string[]): readonly string[] {
  return [process.execPath, '--expose-gc', fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url)), ...args];
}

async function answered<Answer>(child: ChildProcess, task: object): Promise<Answer> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  const gone = once(child, 'exit', { signal }).then(() => {
    throw new Error('a bench worker ended instead of answering');
  });
  const answer = once(child, 'message', { signal });
  child.send(task);
  try {
    const [message] = (await Promise.race([answer, gone])) as [Answer];
    return message;
  } finally {
    over.abort();
  }
}

async function announcedPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('a bench server has a standard output');
  for await (const line of createInterface(child.stdout)) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('a bench server ended before it listened');
}
