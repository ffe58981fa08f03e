/** Runs one command line in this process, with surroundings of the test's own. */
import { runGate } from '../../src/cli/program.js';
import type { Surroundings } from '../../src/cli/surroundings.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Null: not a terminal. */
  readonly columns?: number | null;
}

export async function run(options: RunOptions, ...words: readonly string[]): Promise<Ran> {
  const printed = { out: '', err: '' };
  const surroundings: Surroundings = {
    environment: options.environment ?? {},
    folder: options.folder,
    out: { write: (text) => void (printed.out += text) },
    err: { write: (text) => void (printed.err += text) },
    columns: options.columns === undefined ? 80 : options.columns,
    user: 'ada',
    onSignal: () => () => undefined,
    exitNow: (code) => {
      throw new Error(`the process was ended with ${String(code)}`);
    },
  };
  return { code: await runGate(words, surroundings), ...printed };
}
