/** Reads `sites.toml` again while the gate runs. A bad file changes nothing and says why, with every problem at once. */
import type { Directory } from '../approval/site.js';
import type { ConfigProblem } from '../contract/channel.js';
import type { Config, ProducerSecrets } from './config.js';
import { loadConfig, type Loading } from './load.js';

export type Reloaded =
  | { readonly directory: Directory; readonly producerSecrets: ReadonlyMap<string, ProducerSecrets> }
  | { readonly problems: readonly ConfigProblem[] };

/** `running`: what the process started with. A channel that was not opened then cannot be used without a restart. */
export function reloadDirectory(loading: Loading, running?: Pick<Config, 'channels'>): Reloaded {
  const loaded = loadConfig(loading);
  if (loaded.kind === 'problems') return { problems: loaded.problems };
  const { config } = loaded;
  const unopened = [...config.channels.keys()].filter((name) => running?.channels.has(name) === false);
  if (unopened.length === 0) return { directory: config.directory, producerSecrets: config.producerSecrets };
  return {
    problems: unopened.map((name) => ({
      file: config.sitesFile,
      key: 'notifiers',
      problem: `needs the channel ${name}, which was not opened when the gate started`,
      cure: 'Restart the gate.',
    })),
  };
}
