/**
 * Processes of a bench: what is measured runs on the core for servers, what measures on the other one. Linux's own
 * accounts of them tell whether the server was what limited a figure, and what it holds in memory.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export type Role = 'server' | 'load';

export interface Running {
  readonly pid: number;
  /** SIGTERM, and SIGKILL for whoever does not listen. */
  stop(): Promise<void>;
}

export interface Memory {
  /** At this moment. */
  readonly residentBytes: number;
  /** The most there ever was. */
  readonly peakBytes: number;
}

const CORES: Readonly<Record<Role, string>> = { server: '0', load: '1' };
const STOP_TIMEOUT_MS = 10_000;
const KIB = 1_024;
/** What Linux counts processor time in (`getconf CLK_TCK`), on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/<pid>/stat behind the name: user and system time (proc_pid_stat(5)). */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', CORES.server, 'true']).status === 0;

/** The command that runs `argv` on the core of its role, where the machine has one to give. */
export function pinned(role: Role, argv: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', CORES[role], ...argv] : argv;
}

/** Whatever this process does from now on is load: it keeps off the servers' core. */
export function pinOurselves(): void {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', CORES.load, String(process.pid)], { stdio: 'ignore' });
}

/** `taskset` becomes what it starts, so the process id is the program's own. */
export function start(role: Role, argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [command = '', ...args] = pinned(role, argv);
  return spawn(command, args, options);
}

export function running(child: ChildProcess): Running {
  const exited = once(child, 'exit');
  exited.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Processor time that these processes have had so far, all their threads together. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + cpuSecondsOf(pid), 0);
}

function cpuSecondsOf(pid: number): number {
  const line = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' '); // the name may hold spaces
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * KIB;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}
