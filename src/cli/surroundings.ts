/** Everything the verbs use of the process, as one interface, so that tests bring their own. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  readonly environment: Environment;
  /** Where `.env`, `.gate` and relative paths are looked for. */
  readonly folder: string;
  readonly out: { write(text: string): void };
  readonly err: { write(text: string): void };
  /** Resolves when what was written to `out` has been taken. A verb that writes much waits for it, to save memory. */
  readonly drained?: () => Promise<void>;
  /** Width of the terminal; null where there is none, as in a pipe: tables are then not cut. */
  readonly columns: number | null;
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
  return { ...dotEnv(surroundings), ...surroundings.environment };
}

/** Relative paths lie in the folder. */
export function fileReader(surroundings: Surroundings): (path: string) => string {
  return (path) => readFileSync(resolve(surroundings.folder, path), 'utf8');
}

function dotEnv(surroundings: Surroundings): Environment {
  try {
    return parseEnv(fileReader(surroundings)('.env'));
  } catch {
    return {}; // there need not be one
  }
}
