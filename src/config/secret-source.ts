/** Where secrets come from: a variable, or a file that `<NAME>_FILE` points to (Docker and Kubernetes mount them so). */
import type { ConfigProblem } from '../contract/channel.js';
import { ENVIRONMENT, type Wrong } from './problems.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a text file whole; throws as `readFileSync` does. */
export type ReadFile = (path: string) => string;

export interface SecretSource {
  readonly environment: Environment;
  readonly readFile: ReadFile;
  /** Gets the names that `sites.toml` refers to, so that they count as known. */
  readonly asked?: Set<string>;
}

/** The value of a variable; an empty one counts as not set, as compose files and unit files leave them. */
function valueOf(environment: Environment, name: string): string | undefined {
  // A name may come from a file, and `__proto__` is one.
  const value = Object.hasOwn(environment, name) ? environment[name]?.trim() : undefined;
  return value === '' ? undefined : value;
}

/**
 * The environment with every `<NAME>_FILE` of these names read into `<NAME>`. A name that is known in its own right
 * (`SITES_FILE`) is never taken for a file reference.
 */
export function withFiles(
  source: SecretSource,
  names: Iterable<string>,
): { readonly environment: Environment; readonly problems: readonly ConfigProblem[] } {
  const known = new Set(names);
  const environment: Record<string, string | undefined> = { ...source.environment };
  const problems: ConfigProblem[] = [];
  for (const name of known) {
    environment[name] = valueOf(source.environment, name);
    if (isQuoted(environment[name] ?? '')) {
      problems.push({ file: ENVIRONMENT, key: name, ...QUOTED });
      environment[name] = undefined;
      continue;
    }
    const reference = `${name}_FILE`;
    const path = known.has(reference) ? undefined : valueOf(source.environment, reference);
    if (path === undefined) continue;
    if (environment[name] !== undefined) {
      problems.push({ file: ENVIRONMENT, key: name, ...saidTwice(name) });
      continue;
    }
    const read = readSecretFile(path, source.readFile);
    if (read.kind === 'wrong') problems.push({ file: ENVIRONMENT, key: reference, ...read.wrong });
    else environment[name] = read.text;
  }
  return { environment, problems };
}

/** A secret of a name that is chosen in `sites.toml` (`token_env = "JET_TOKEN"`), by variable or `<NAME>_FILE`. */
export function secretOf(source: SecretSource, name: string): { text: string } | { wrong: Wrong } {
  source.asked?.add(name).add(`${name}_FILE`);
  const { environment, problems } = withFiles(source, [name]);
  const [problem] = problems;
  if (problem !== undefined) return { wrong: { problem: `${problem.key} ${problem.problem}`, cure: problem.cure } };
  const text = environment[name];
  if (text !== undefined) return { text };
  return {
    wrong: {
      problem: `the variable ${name} is not set`,
      cure: `Set ${name}, or ${name}_FILE to a file that holds it.`,
    },
  };
}

export function readSecretFile(
  path: string,
  readFile: ReadFile,
): { kind: 'read'; text: string } | { kind: 'wrong'; wrong: Wrong } {
  const read = readOrWrong(path, readFile);
  if (read.kind === 'wrong') return read;
  const text = read.text.trim();
  if (text !== '') return { kind: 'read', text };
  return {
    kind: 'wrong',
    wrong: { problem: `points to ${path}, which is empty`, cure: 'Write the value into that file.' },
  };
}

/** A file's text, or in words why there is none. */
export function readOrWrong(
  path: string,
  readFile: ReadFile,
): { kind: 'read'; text: string } | { kind: 'wrong'; wrong: Wrong } {
  try {
    return { kind: 'read', text: readFile(path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const cure =
      code === 'ENOENT' ? `Create ${path}, or point to where it is.` : `See that this user may read ${path}.`;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    return { kind: 'wrong', wrong: { problem: `points to ${path}, which ${why}`, cure } };
  }
}

/** Docker's `--env-file` and some service managers keep the quotes that a shell would take away. */
function isQuoted(value: string): boolean {
  return value.length > 1 && /^(["'`])[^]*\1$/.test(value);
}

const QUOTED = {
  problem: 'is in quotes, and whatever set it left them in the value',
  cure: 'Write the value without quotes.',
};

function saidTwice(name: string): Wrong {
  return { problem: `is set, and so is ${name}_FILE`, cure: `Keep one of them, best ${name}_FILE.` };
}
