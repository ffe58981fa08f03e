/** `ALLOW_WIDE_NETWORKS`: the variables whose lists of networks are meant to be wider than anybody usually means. */
import { nearest } from '../base/text/nearest.js';
import { variablesOf, type ConfigProblem, type RegistryEntry } from '../contract/channel.js';
import { ENVIRONMENT } from './problems.js';

/** The gate's own variables that hold networks; channels say of theirs that they do. */
export const OWN_LISTS = ['TRUSTED_PROXIES', 'EDGE_NETWORKS'] as const;

/** `named`: what the variable names. */
export function wideListProblems(
  named: readonly string[],
  entries: readonly RegistryEntry[],
): readonly ConfigProblem[] {
  const settings = entries.flatMap((entry) => Object.entries(variablesOf(entry)));
  const lists = [...OWN_LISTS, ...settings.flatMap(([name, { holdsNetworks }]) => (holdsNetworks ? [name] : []))];
  const unknown = named.find((name) => !lists.includes(name));
  if (unknown === undefined) return [];
  const meant = nearest(unknown, lists);
  const guess = meant === null ? '' : `Did you mean ${meant}? `;
  return [
    {
      file: ENVIRONMENT,
      key: 'ALLOW_WIDE_NETWORKS',
      problem: `names "${unknown.slice(0, 60)}", which is no variable that holds networks`,
      cure: `${guess}Name of these those that are meant to be wide: ${lists.join(', ')}.`,
    },
  ];
}
