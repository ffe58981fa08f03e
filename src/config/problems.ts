/** Problems of the configuration, reported all at once, each with file, key, problem and cure, so that one round fixes them. */
import type { ConfigProblem } from '../contract/channel.js';

/** Where problems of environment variables lie, as `ConfigProblem.file` says it. */
export const ENVIRONMENT = 'environment';

/** What is wrong with one value, and what to do. The caller adds where it stands. */
export interface Wrong {
  readonly problem: string;
  readonly cure: string;
}

/** By file, then key; the environment first, because much else follows from it. Equal ones are reported once. */
export function sortProblems(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const unique = new Map(problems.map((found) => [JSON.stringify([found.file, found.key, found.problem]), found]));
  return [...unique.values()].sort(
    (a, b) =>
      Number(b.file === ENVIRONMENT) - Number(a.file === ENVIRONMENT) ||
      a.file.localeCompare(b.file) ||
      a.key.localeCompare(b.key, 'en', { numeric: true }) ||
      a.problem.localeCompare(b.problem),
  );
}

/** One block for each problem, after a line that says how many there are. Ends with a line feed. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const sorted = sortProblems(problems);
  const count = sorted.length === 1 ? '1 problem' : `${String(sorted.length)} problems`;
  const blocks = sorted.map(
    ({ file, key, problem, cure }) => `${file}: ${key}\n  problem: ${problem}\n  cure:    ${cure}\n`,
  );
  return [`The configuration has ${count}. Nothing was changed or started.\n`, ...blocks].join('\n');
}
