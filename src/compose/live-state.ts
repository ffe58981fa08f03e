/** What a reload of `sites.toml` replaces, behind objects that stay the same for those who hold them. */
import type { Directory } from '../approval/site.js';
import type { Secret } from '../base/secret.js';
import type { Config, ProducerSecrets } from '../config/config.js';

type Replaced = Pick<Config, 'directory' | 'producerSecrets'>;

export interface LiveState {
  readonly directory: () => Directory;
  readonly producerSecrets: () => ReadonlyMap<string, ProducerSecrets>;
  /** By producer. A reload changes the contents of this map, not the map. */
  readonly callbackKeys: ReadonlyMap<string, Secret>;
  replace(next: Replaced): void;
}

export function liveState(config: Replaced): LiveState {
  let { directory, producerSecrets } = config;
  const callbackKeys = new Map<string, Secret>();
  const replace = (next: Replaced): void => {
    ({ directory, producerSecrets } = next);
    callbackKeys.clear();
    for (const [name, { callbackKey }] of producerSecrets)
      if (callbackKey !== null) callbackKeys.set(name, callbackKey);
  };
  replace(config);
  return { directory: () => directory, producerSecrets: () => producerSecrets, callbackKeys, replace };
}
