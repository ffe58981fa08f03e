/** Names that are set and that nobody reads: near misses in the environment, and every other name in `.env`. */
import { variablesOf, type ConfigProblem, type RegistryEntry } from '../contract/channel.js';
import { NO_DOT_ENV, unknownNames, type DotEnv } from './dot-env.js';
import { VARIABLES } from './env/variables.js';
import { isServiceLink, nearMiss } from './near-miss.js';
import { ENVIRONMENT } from './problems.js';
import type { Environment } from './secret-source.js';

interface Named {
  readonly environment: Environment;
  readonly entries: readonly RegistryEntry[];
  readonly dotEnv?: DotEnv;
}

/**
 * `asked`: names that `sites.toml` refers to. Where that file was not understood (`isSitesRead`), nobody knows them all, so
 * that of `.env`, too, only near misses are told.
 */
export function nameProblems(
  { environment, entries, dotEnv = NO_DOT_ENV }: Named,
  { asked, isSitesRead }: { readonly asked: ReadonlySet<string>; readonly isSitesRead: boolean },
): readonly ConfigProblem[] {
  const ours = knownNames(entries);
  const known = new Set([...ours, ...asked]);
  const isInFile = (name: string): boolean => Object.hasOwn(dotEnv.values, name);
  const near = Object.keys(environment)
    .filter((name) => !known.has(name) && !(isSitesRead && isInFile(name)))
    .filter((name) => (environment[name] ?? '').trim() !== '' && !isServiceLink(name, environment))
    .flatMap((name) => {
      const meant = nearMiss(name, ours);
      const file = isInFile(name) ? dotEnv.file : ENVIRONMENT;
      return meant === null ? [] : [{ file, key: name, ...misspelt(meant) }];
    });
  return [...near, ...dotEnv.problems, ...(isSitesRead ? unknownNames(dotEnv, known) : [])];
}

/** The gate's own and the channels' variables, each also as the path of a file. */
function knownNames(entries: readonly RegistryEntry[]): ReadonlySet<string> {
  const names = [...Object.keys(VARIABLES), ...entries.flatMap((entry) => Object.keys(variablesOf(entry)))];
  return new Set([...names, ...names.map((name) => `${name}_FILE`)]);
}

function misspelt(meant: string) {
  return {
    problem: `is no variable of the gate, so nobody reads it`,
    cure: `Did you mean ${meant}? If it is another program's, do not set it for the gate.`,
  };
}
