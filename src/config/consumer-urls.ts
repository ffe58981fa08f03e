/** The variables that name a consumer for every site: where a channel delivers by the RFC's payload unless the site says otherwise. */
import type { ConfigProblem, RegistryEntry } from '../contract/channel.js';
import { described } from './described.js';
import { ENVIRONMENT } from './problems.js';
import { judged, readTable } from './read-table.js';
import { withFiles, type SecretSource } from './secret-source.js';
import { webAddressWrong } from './web-address.js';

export interface ConsumerUrls {
  /** By the channel's name. */
  readonly urls: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

const webAddress = judged((text) => webAddressWrong(text, 'any'));

export function readConsumerUrls(registry: readonly RegistryEntry[], source: SecretSource): ConsumerUrls {
  const named = registry.flatMap(({ name, consumer }) => (consumer === undefined ? [] : [{ name, ...consumer }]));
  const files = withFiles(
    source,
    named.map(({ variable }) => variable),
  );
  const given = named.flatMap(({ variable }) => {
    const text = (files.environment[variable] ?? '').trim();
    return text === '' ? [] : [[variable, text] as const];
  });
  const shape = Object.fromEntries(named.map(({ variable, setting }) => [variable, described(webAddress, setting)]));
  const { values, problems } = readTable(Object.fromEntries(given), shape, { file: ENVIRONMENT, path: '' });
  const urls = named.flatMap(({ name, variable }) => {
    const url = values[variable];
    return url === undefined ? [] : [[name, url] as const];
  });
  return { urls: new Map(urls), problems: [...files.problems, ...problems] };
}
