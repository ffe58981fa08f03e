#!/usr/bin/env node
/** The process: arguments, environment and signals in, exit codes out. Everything else is in cli/. */
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { runGate } from './cli/program.js';
import type { Signal, Surroundings } from './cli/surroundings.js';

const EXIT_GRACE_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly Signal[];

const surroundings: Surroundings = {
  environment: process.env,
  folder: process.cwd(),
  out: process.stdout,
  err: process.stderr,
  async drained() {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
  columns: process.stdout.isTTY ? process.stdout.columns || 80 : null,
  user: userName(),
  onSignal(listener) {
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  },
  exitNow: (code) => process.exit(code),
};

// `gate history | head` closes our output early; that is an end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runGate(process.argv.slice(2), surroundings);
// Output is flushed by the loop's own end; a handle that somebody forgot must not keep the process.
setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();

/** In a container a user id may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}
