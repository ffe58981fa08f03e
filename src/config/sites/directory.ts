/** `sites.toml` -> Directory: reads the parts, brings them together and reports every problem of all of them. */
import { TomlError, parse } from 'smol-toml';
import type { ApproverId, ChannelName } from '../../approval/brand.js';
import type { Approver, ChannelPolicy, Directory, Producer, Site } from '../../approval/site.js';
import { readHeaderNames } from './producers/certificate-proof.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { MailSource } from '../../contract/mail-records.js';
import type { ProducerSecrets } from '../config.js';
import { isPattern, keyAmong, siteIn } from '../../approval/site-pattern.js';
import { canonicalDomain } from './site-checks.js';
import { readMail } from './mail/mail.js';
import { readProviders } from './identity/providers.js';
import { tellTwice } from './one-person.js';
import { readOperators } from './operators.js';
import { readPassage } from './passage.js';
import { approversOf, readPeople, readTimeZones, tellUnreached, type People } from './people.js';
import { readProducers, type ProducerDraft } from './producers/producers.js';
import { readTable, type Values } from '../read-table.js';
import { authGateKeys } from './auth-gate-keys.js';
import { impliedChannels } from './known-channel.js';
import { readIdentity } from './identity-keys.js';
import { quoted, type Reading } from './reading.js';
import { LIMIT_KEYS, LIMITS, TOP_KEYS } from './top-keys.js';
import { rawSites, readSite, type SiteDraft } from './site-draft.js';

export interface DirectoryRead {
  readonly directory: Directory;
  readonly producerSecrets: ReadonlyMap<string, ProducerSecrets>;
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** What mails go out by, as the file declares it; null: it does not. */
  readonly declaredMail: MailSource | null;
  /** Channels that sites and producers use -> the key of the file that names it first. */
  readonly ownUse: ReadonlyMap<string, string>;
  /** The first key that needs the channel for consumers and callbacks; null when none does. */
  readonly transportUse: string | null;
}

export function readDirectory(text: string, reading: Reading): DirectoryRead {
  const { values } = readTop(text, reading);
  const providers = readProviders(values.identity, reading);
  const people = readPeople(values.approvers, reading);
  const keys = authGateKeys(reading.channels);
  const drafts = rawSites(values.sites, reading).map((raw) => readSite(raw, reading, keys));
  const approvers = approversOfEach(drafts, { people, reading });
  const sites = drafts.map((draft) => siteOf(draft, approvers.get(draft) ?? [], { people, providers, reading }));
  tellTwice(people, reading);
  const producers = readProducers(values.producers, {
    people,
    reading,
    headers: readHeaderNames(values.client_certificates, reading),
  });
  if (values.sites === undefined && values.producers === undefined)
    reading.tell('sites', {
      problem: 'is missing, and so are producers: there is nothing to gate',
      cure: 'sites.example.toml shows how to write them.',
    });
  const limits = readTable(values.limits ?? {}, LIMIT_KEYS, {
    file: reading.file,
    path: 'limits',
  });
  reading.tellAll(limits.problems);
  const maxPendingPerApprover = limits.values.max_pending_per_approver ?? LIMITS.max_pending_per_approver;
  const byHost = indexByHost(drafts, sites, reading);
  const directory: Directory = {
    sites,
    approvers: approversIn(people, readTimeZones(values.approvers)),
    producers: new Map(producers.map((draft) => [draft.name, producer(draft)])),
    windowScope: limits.values.window_scope ?? LIMITS.window_scope,
    windowSeconds: limits.values.window_sec ?? LIMITS.window_sec,
    unnamedChecks: values.unnamed_checks ?? false,
    operators: readOperators(values.operators, people, reading),
    identity: readIdentity(values.identity, [...providers.keys()], reading),
    maxPendingPerApprover,
    maxPendingPerNetwork: limits.values.max_pending_per_network ?? Math.max(1, Math.floor(maxPendingPerApprover / 2)),
    // Nearly every host is in canonical form already and found by one look-up; only another spelling is rewritten.
    siteOf: (host) => (isPattern(host) ? undefined : byHost.get(host)) ?? siteIn(byHost, canonicalDomain(host) ?? ''),
  };
  const producerSecrets = new Map(producers.map(({ name, secrets }) => [name, secrets]));
  const names = new Set(producers.map(({ name }) => name));
  const declaredMail = readMail(values.mail, { siteOf: (host) => directory.siteOf(host), producers: names }, reading);
  return { directory, producerSecrets, providers, declaredMail, ...usesOf({ drafts, sites, producers }, reading) };
}

/** The problem never quotes the file: somebody may have put a secret into it. */
function readTop(text: string, reading: Reading): { values: Values<typeof TOP_KEYS> } {
  try {
    const raw: unknown = parse(text);
    const top = readTable(raw, TOP_KEYS, { file: reading.file, path: '' });
    reading.tellAll(top.problems);
    return top;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ''] = error.message.split('\n');
    reading.tell(`line ${String(error.line)}, column ${String(error.column)}`, {
      problem: `is not TOML: ${first.replace(/^Invalid TOML document: /, '')}`,
      cure: 'Correct that line; everything behind it was not read.',
    });
    // Already reported; an empty list of sites keeps "nothing to gate" from being reported as well.
    return { values: { sites: [] } };
  }
}

/** Sites that name handles come first: what one of them says of an e-mail address tells whom `admin_email` alone means. */
function approversOfEach(
  drafts: readonly SiteDraft[],
  { people, reading }: { readonly people: People; readonly reading: Reading },
): ReadonlyMap<SiteDraft, readonly string[]> {
  const isNamed = ({ people: { admin } }: SiteDraft): boolean => admin.length > 0;
  const inOrder = [...drafts.filter(isNamed), ...drafts.filter((draft) => !isNamed(draft))];
  return new Map(inOrder.map((draft) => [draft, approversOf(draft, people, reading)]));
}

function siteOf(
  draft: SiteDraft,
  names: readonly string[],
  context: Pick<DirectoryRead, 'providers'> & { readonly people: People; readonly reading: Reading },
): Site {
  const { gate } = draft;
  const { clock } = context.reading;
  // A site under an exception may have no approvers; when the exception ends, everybody is refused.
  const isAsked = gate.kind === 'on' || (gate.kind === 'excepted' && names.length > 0);
  if (isAsked)
    tellUnreached(
      names,
      {
        channels: draft.notifiers,
        shared: new Set([...draft.consumers.keys(), ...draft.withRoom]),
        key: `${draft.path}.auth_gate.notifiers`,
        everyOne: true,
      },
      context,
    );
  return {
    key: keyAmong(draft.domains),
    domains: draft.domains,
    environment: draft.environment,
    // Judged anew at every question, so that the gate closes by itself on the day an exception ends.
    get isGated() {
      return gate.kind === 'on' || (gate.kind === 'excepted' && clock.nowMs() >= gate.untilMs);
    },
    approvers: names as readonly ApproverId[],
    notifiers: (isAsked ? draft.notifiers : []) as readonly ChannelName[],
    grantTtlSeconds: draft.grantTtlSeconds,
    requestTtlSeconds: draft.requestTtlSeconds,
    geofence: draft.geofence,
    permanentNetworks: draft.permanentNetworks,
    allowProxyAddress: draft.allowProxyAddress,
    openPaths: draft.openPaths,
    passage: readPassage(draft.passage, {
      ...context,
      path: `${draft.path}.auth_gate.passage`,
      environment: draft.environment,
    }),
    confirmEndpoint: draft.confirmEndpoint,
    ...(draft.approveNeeds === 'session' ? {} : { approveNeeds: draft.approveNeeds }),
    ...(draft.needsSecondFactor ? { needsSecondFactor: true } : {}),
    channelPolicies: draft.channelPolicies as ReadonlyMap<ChannelName, ChannelPolicy>,
    consumers: (isAsked ? draft.consumers : new Map()) as ReadonlyMap<ChannelName, string>,
  };
}

function approversIn(people: People, timeZones: ReadonlyMap<string, string>): ReadonlyMap<ApproverId, Approver> {
  return new Map(
    [...people].map(([name, addresses]: readonly [string, ReadonlyMap<string, string>]) => {
      const timeZone = timeZones.get(name);
      const id = name as ApproverId;
      const zoned = timeZone === undefined ? {} : { timeZone };
      return [id, { id, addresses: addresses as ReadonlyMap<ChannelName, string>, ...zoned }];
    }),
  );
}

function producer(draft: ProducerDraft): Producer {
  return {
    name: draft.name,
    hosts: draft.hosts,
    approvers: draft.approvers as readonly ApproverId[],
    notifiers: draft.notifiers as readonly ChannelName[] | null,
    confirm: draft.confirm,
    callbackUrl: draft.callbackUrl,
    ...(draft.mail === undefined ? {} : { mail: draft.mail }),
  };
}

function indexByHost(
  drafts: readonly SiteDraft[],
  sites: readonly Site[],
  reading: Reading,
): ReadonlyMap<string, Site> {
  const byHost = new Map<string, Site>();
  for (const [index, site] of sites.entries()) {
    for (const host of site.domains) {
      const path = drafts[index]?.path ?? 'sites';
      const wrong = { problem: `${host} belongs to another site too`, cure: 'Leave it in one site.' };
      if (byHost.has(host)) reading.tell(`${path}.domains`, wrong);
      else byHost.set(host, site);
    }
  }
  return byHost;
}

/** Which channels must be configured, and where that is said. */
function usesOf(
  read: { drafts: readonly SiteDraft[]; sites: readonly Site[]; producers: readonly ProducerDraft[] },
  reading: Reading,
): Pick<DirectoryRead, 'ownUse' | 'transportUse'> {
  const ownUse = new Map<string, string>();
  const carried: string[] = [];
  for (const [index, site] of read.sites.entries()) {
    const key = `${read.drafts[index]?.path ?? 'sites'}.auth_gate.notifiers`;
    for (const name of site.notifiers) {
      if (site.consumers.has(name)) carried.push(key);
      else if (!ownUse.has(name)) ownUse.set(name, key);
    }
  }
  for (const { name, notifiers, callbackUrl } of read.producers) {
    const path = `producers.${quoted(name)}`;
    for (const channel of notifiers ?? impliedChannels(reading.channels))
      if (!ownUse.has(channel)) ownUse.set(channel, `${path}.notifiers`);
    if (callbackUrl !== null) carried.push(`${path}.callback_url`);
  }
  return { ownUse, transportUse: carried[0] ?? null };
}
