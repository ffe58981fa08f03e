/** Starts a bench server as a process of its own, on a core of its own where the machine has one to give. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Started {
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const SERVER_CORE = '0';
const LOAD_CORE = '1';
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', SERVER_CORE, 'true']).status === 0;

/** The command that runs `argv` on the core for servers, or for load. */
export function pinned(role: 'server' | 'load', argv: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', role === 'server' ? SERVER_CORE : LOAD_CORE, ...argv] : argv;
}

/** `name`: a file of bench/servers. Resolves once it listens. */
export async function startServer(name: string, ...args: readonly string[]): Promise<Started> {
  const file = fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
  const [command = '', ...rest] = pinned('server', [process.execPath, file, ...args]);
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const port = await announcedPort(child);
  return {
    port,
    process: child,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

async function announcedPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('a bench server has a standard output');
  for await (const line of createInterface(child.stdout)) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('a bench server ended before it listened');
}
