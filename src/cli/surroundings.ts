/** Everything the verbs find around them, of the process and of channels, as one interface, so that tests bring their own. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NO_DOT_ENV, readDotEnv, unreadDotEnv, type DotEnv } from '../config/dot-env.js';
import type { LineOutput } from '../base/process/line-output.js';
import type { RegistryEntry } from '../contract/channel.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  /** The registry: which channels this program has. */
  readonly channels: readonly RegistryEntry[];
  readonly environment: Environment;
  /** Where `.env`, `.gate` and relative paths are looked for. */
  readonly folder: string;
  readonly out: { write(text: string): void };
  readonly err: { write(text: string): void };
  /** Resolves when what was written to `out` has been taken. A verb that writes much waits for it, to save memory. */
  readonly drained?: () => Promise<void>;
  /** From now on a line that `out` or `err` cannot take is lost and counted, and never ends or stops the process. */
  readonly lasting?: () => { readonly out: LineOutput; readonly err: LineOutput };
  /** Calls back for an exception or a rejection that nobody caught, which then does not end the process. */
  readonly onFault?: (listener: (error: unknown) => void) => void;
  /** Width of the terminal; null where there is none, as in a pipe: tables are then not cut. */
  readonly columns: number | null;
  /** Whether `err` is a terminal, with a person before it. */
  readonly errIsTerminal?: boolean;
  /** The standard input, whole, as text. Absent: there is none. */
  readonly readInput?: () => Promise<string>;
  /** The operating system's name for the user. */
  readonly user: string;
  /** Calls back at SIGINT, SIGTERM and SIGHUP. The returned function stops that. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /** Ends the process without waiting for anything: a second Ctrl-C. */
  exitNow(code: number): void;
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The environment, completed by `.env` in the folder: a variable that is set wins over the file. */
export function environmentOf(surroundings: Surroundings): Environment {
  return { ...dotEnvOf(surroundings).values, ...surroundings.environment };
}

/** Relative paths lie in the folder. */
export function fileReader(surroundings: Surroundings): (path: string) => string {
  return (path) => readFileSync(resolve(surroundings.folder, path), 'utf8');
}

/** `.env` in the folder, as far as it can be read. */
export function dotEnvOf(surroundings: Surroundings): DotEnv {
  try {
    return readDotEnv(fileReader(surroundings)('.env'));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
    return code === 'ENOENT' ? NO_DOT_ENV : unreadDotEnv(code); // there need not be one
  }
}
