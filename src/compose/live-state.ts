/** What a reload of `sites.toml` replaces, behind objects that stay the same for those who hold them. */
import type { Directory } from '../approval/site.js';
import type { Secret } from '../base/crypto/secret.js';
import type { ProviderConfig } from '../contract/identity-providers.js';
import type { MailSource } from '../contract/mail-records.js';
import type { FromSites, ProducerSecrets } from '../config/config.js';

export interface LiveState {
  readonly directory: () => Directory;
  readonly producerSecrets: () => ReadonlyMap<string, ProducerSecrets>;
  readonly providers: () => ReadonlyMap<string, ProviderConfig>;
  /** Null: `sites.toml` declares none. */
  readonly declaredMail: () => MailSource | null;
  /** By producer. A reload changes the contents of this map, not the map. */
  readonly callbackKeys: ReadonlyMap<string, Secret>;
  replace(next: FromSites): void;
}

export function liveState(config: FromSites): LiveState {
  let { directory, producerSecrets, providers, declaredMail } = config;
  const callbackKeys = new Map<string, Secret>();
  const replace = (next: FromSites): void => {
    ({ directory, producerSecrets, providers, declaredMail } = next);
    callbackKeys.clear();
    for (const [name, { callbackKey }] of producerSecrets)
      if (callbackKey !== null) callbackKeys.set(name, callbackKey);
  };
  replace(config);
  return {
    directory: () => directory,
    producerSecrets: () => producerSecrets,
    providers: () => providers,
    declaredMail: () => declaredMail,
    callbackKeys,
    replace,
  };
}
