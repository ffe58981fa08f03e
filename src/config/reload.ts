/** Reads `sites.toml` and the TLS files again while the gate runs. A bad file changes nothing and says why, with every problem at once. */
import type { ConfigProblem } from '../contract/channel.js';
import type { Config, FromSites } from './config.js';
import { readSettings } from './env.js';
import { loadConfig, type Loading } from './load.js';
import { ENVIRONMENT } from './problems.js';
import type { PublicTls } from './public-tls.js';

export type Reloaded =
  (FromSites & { readonly publicTls: PublicTls | null }) | { readonly problems: readonly ConfigProblem[] };

/** Reads the TLS files alone. */
export type RereadTls = () =>
  { readonly publicTls: PublicTls | null } | { readonly problems: readonly ConfigProblem[] };

type Running = Pick<Config, 'channels' | 'publicTls'>;

/** `running`: what the process started with. A channel that was not opened then cannot be used without a restart. */
export function reloadDirectory(loading: Loading, running?: Running): Reloaded {
  const loaded = loadConfig(loading);
  if (loaded.kind === 'problems') return { problems: loaded.problems };
  const { config } = loaded;
  const unopened = [...config.channels.keys()].filter((name) => running?.channels.has(name) === false);
  const problems = [
    ...unopened.map((name) => ({
      file: config.sitesFile,
      key: 'notifiers',
      problem: `needs the channel ${name}, which was not opened when the gate started`,
      cure: RESTART,
    })),
    ...(running === undefined ? [] : otherTls(running.publicTls, config.publicTls)),
  ];
  if (problems.length > 0) return { problems };
  const { directory, producerSecrets, providers, declaredMail, publicTls } = config;
  return { directory, producerSecrets, providers, declaredMail, publicTls };
}

export function rereadTls({ environment, readFile }: Loading, running: Running): ReturnType<RereadTls> {
  const { settings, problems } = readSettings({ environment, readFile });
  const ours = problems.filter(({ key }) => key.startsWith('PUBLIC_TLS'));
  const found = ours.length > 0 ? ours : otherTls(running.publicTls, settings.publicTls);
  return found.length > 0 ? { problems: found } : { publicTls: settings.publicTls };
}

const RESTART = 'Restart the gate.';

/** Files are read again; whether the plane speaks TLS, where, and whether it asks for certificates was settled at the start. */
function otherTls(was: PublicTls | null, is: PublicTls | null): readonly ConfigProblem[] {
  const tell = (key: string, problem: string): readonly ConfigProblem[] => [
    { file: ENVIRONMENT, key, problem, cure: RESTART },
  ];
  if (was === null || is === null)
    return was === is ? [] : tell('PUBLIC_TLS_CERT', `is ${is === null ? 'not set any more' : 'set now'}`);
  if (was.port !== is.port) return tell('PUBLIC_TLS_PORT', `is another than at the start`);
  if ((was.clientAuthorities === null) === (is.clientAuthorities === null)) return [];
  return tell('PUBLIC_TLS_CLIENT_CA', `is ${is.clientAuthorities === null ? 'not set any more' : 'set now'}`);
}
