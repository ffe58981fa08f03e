/**
 * Environment and `sites.toml` -> Config, or every problem of all parts at once. It only reads files: nothing
 * listens, connects or is written here.
 */
import type { ChannelName } from '../approval/brand.js';
import { systemClock, type Clock } from '../base/time/clock.js';
import { ownChannels, type ConfigFacts, type ConfigProblem, type RegistryEntry } from '../contract/channel.js';
import type { Config, FromSites } from './config.js';
import { readDirectory, type DirectoryRead } from './sites/directory.js';
import { readSettings, type Settings } from './env.js';
import { nameProblems } from './names.js';
import type { DotEnv } from './dot-env.js';
import { ENVIRONMENT, sortProblems, type Wrong } from './problems.js';
import { channelsKnown } from './sites/known-channel.js';
import type { Reading } from './sites/reading.js';
import { wideListProblems } from './wide-lists.js';
import { readConsumerUrls } from './consumer-urls.js';
import { readOrWrong, withFiles, type Environment, type ReadFile, type SecretSource } from './secret-source.js';

export interface Loading {
  readonly environment: Environment;
  readonly entries: readonly RegistryEntry[];
  /** Reads a text file whole; throws as `readFileSync` does. */
  readonly readFile: ReadFile;
  /** What of the environment comes from a file that is the gate's alone; absent: nothing. */
  readonly dotEnv?: DotEnv;
  /** Judges when exceptions end; the system's clock where absent. */
  readonly clock?: Clock;
}

export type Loaded =
  | { readonly kind: 'ok'; readonly config: Config }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] };

/** Found in every MMDB file's metadata (maxmind.github.io/MaxMind-DB). */
const MMDB_MARK = 'MaxMind.com';

export function loadConfig(loading: Loading): Loaded {
  const asked = new Set<string>();
  const source: SecretSource = { environment: loading.environment, readFile: loading.readFile, asked };
  const { settings, wideLists, problems: own } = readSettings(source);
  const problems: ConfigProblem[] = [
    ...own,
    ...wideListProblems(wideLists, loading.entries),
    ...geoProblems(settings, loading.readFile),
  ];
  const reading = startReading({ loading, settings, source, problems });
  const text = readOrWrong(settings.sitesFile, loading.readFile);
  if (text.kind === 'wrong') problems.push({ file: ENVIRONMENT, key: 'SITES_FILE', ...missingSites(text.wrong) });
  const read = text.kind === 'read' ? readDirectory(text.text, reading) : null;
  const channels = configureChannels({ loading, settings, source, read, problems });
  const isSitesRead = !problems.some(({ file }) => file === settings.sitesFile);
  problems.push(...nameProblems(loading, { asked, isSitesRead }));
  if (problems.length > 0 || read === null) return { kind: 'problems', problems: sortProblems(problems) };
  return {
    kind: 'ok',
    config: { ...settings, channels, ...partsOf(read) },
  };
}

function partsOf({ directory, producerSecrets, providers, declaredMail }: DirectoryRead): FromSites {
  return { directory, producerSecrets, providers, declaredMail };
}

interface Round {
  readonly loading: Loading;
  readonly settings: Settings;
  readonly source: SecretSource;
  readonly problems: ConfigProblem[];
}

function startReading({ loading, settings, source, problems }: Round): Reading {
  const file = settings.sitesFile;
  const channels = channelsKnown(loading.entries, source);
  const consumers = readConsumerUrls(loading.entries, source);
  problems.push(...consumers.problems);
  return {
    file,
    settings,
    channels,
    consumerUrls: consumers.urls,
    secrets: source,
    clock: loading.clock ?? systemClock(),
    tell: (key, wrong) => void problems.push({ file, key, ...wrong }),
    tellAll: (found) => void problems.push(...found),
  };
}

/** Every channel's variables are checked, even where no site uses it: a half-configured channel is always a problem. */
function configureChannels(round: Round & { read: DirectoryRead | null }): ReadonlyMap<ChannelName, unknown> {
  const { loading, settings, source, read, problems } = round;
  const channels = new Map<ChannelName, unknown>();
  for (const entry of ownChannels(loading.entries)) {
    const names = Object.keys(entry.variables);
    const files = withFiles(source, names);
    const facts: ConfigFacts = {
      publicUrl: settings.publicUrl,
      isUsed: read?.ownUse.has(entry.name) ?? false,
      isMailDeclared: (read?.declaredMail?.providers.length ?? 0) > 0,
      sites: read?.directory.sites ?? [],
      producers: [...(read?.directory.producers.values() ?? [])],
    };
    const configured = entry.configure(files.environment, facts);
    // An unreadable file was reported already; that its variable is missing follows from it.
    const unread = new Set(files.problems.map(({ key: name }) => name.replace(/_FILE$/, '')));
    const found = [...files.problems, ...configured.problems.filter(({ key: name }) => !unread.has(name))];
    problems.push(...found);
    const key =
      read?.ownUse.get(entry.name) ?? (entry.isPeerTransport === true ? read?.transportUse : undefined) ?? null;
    if (configured.config !== null) channels.set(entry.name as ChannelName, configured.config);
    else if (key !== null && found.length === 0)
      problems.push({ file: settings.sitesFile, key, ...notConfigured(entry.name, names) });
  }
  return channels;
}

function notConfigured(name: string, variables: readonly string[]): Wrong {
  return {
    problem: `needs the channel ${name}, which is not configured`,
    cure: `Set ${variables.join(', ')}; .env.example says what each means.`,
  };
}

function missingSites(wrong: Wrong): Wrong {
  return { problem: wrong.problem, cure: `${wrong.cure} sites.example.toml is a start.` };
}

function geoProblems(settings: Settings, readFile: ReadFile): readonly ConfigProblem[] {
  if (settings.geoFile === null) return [];
  const read = readOrWrong(settings.geoFile, readFile);
  if (read.kind === 'wrong') return [{ file: ENVIRONMENT, key: 'GEO_FILE', ...read.wrong }];
  if (read.text.includes(MMDB_MARK)) return [];
  const problem = `points to ${settings.geoFile}, which is no MMDB file`;
  return [
    {
      file: ENVIRONMENT,
      key: 'GEO_FILE',
      problem,
      cure: 'Point it to a country database, or leave it out for the packaged one.',
    },
  ];
}
