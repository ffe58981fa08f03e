/** The configuration of this folder and environment, as `serve`, `migrate` and `doctor` read it. */
import { loadConfig, type Loaded, type Loading } from '../config/load.js';
import { formatProblems } from '../config/problems.js';
import type { ConfigProblem } from '../contract/channel.js';
import { plain } from '../base/text/plain.js';
import { dotEnvOf, environmentOf, fileReader, type Surroundings } from './surroundings.js';

/** Used for the first reading and for every reload. */
export function loadingOf(surroundings: Surroundings): Loading {
  const readFile = fileReader(surroundings);
  const { channels: entries } = surroundings;
  return { environment: environmentOf(surroundings), entries, readFile, dotEnv: dotEnvOf(surroundings) };
}

export function loadHere(surroundings: Surroundings): Loaded {
  return loadConfig(loadingOf(surroundings));
}

/** Line feeds come from us; everything else in a problem may be text of the file, so it is made harmless. */
export function printProblems(problems: readonly ConfigProblem[], { err }: Surroundings): void {
  err.write(formatProblems(problems).split('\n').map(plain).join('\n'));
}
