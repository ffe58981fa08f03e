/** The process: arguments, environment and signals in, exit codes out. Everything else is done by verbs. */
import { userInfo } from 'node:os';
import type { RegistryEntry } from '../contract/channel.js';
import { processOutputs } from './process-outputs.js';
import { runGate } from './program.js';
import type { Signal, Surroundings } from './surroundings.js';

const EXIT_GRACE_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly Signal[];

/** Runs the command line of this process as that of a gate with these channels, and ends the process. */
export async function runProcess(channels: readonly RegistryEntry[]): Promise<void> {
  process.exitCode = await runGate(process.argv.slice(2), surroundingsOf(channels));
  // Output is flushed by the loop's own end; a handle that somebody forgot must not keep the process.
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

function surroundingsOf(channels: readonly RegistryEntry[]): Surroundings {
  return {
    channels,
    environment: process.env,
    folder: process.cwd(),
    ...processOutputs(process),
    columns: process.stdout.isTTY ? process.stdout.columns || 80 : null,
    errIsTerminal: process.stderr.isTTY,
    readInput,
    user: userName(),
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    onFault(listener) {
      process.on('uncaughtException', listener).on('unhandledRejection', listener);
    },
    exitNow: (code) => process.exit(code),
  };
}

/** More than any secret: what comes behind it is not read. */
const MAX_INPUT_BYTES = 65_536;

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In a container a user id may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}
