/** `sites.toml` -> Directory: reads the parts, brings them together and reports every problem of all of them. */
import { TomlError, parse } from 'smol-toml';
import { z } from 'zod';
import type { ApproverId, ChannelName, SiteKey } from '../../approval/brand.js';
import type { Approver, ChannelPolicy, Directory, Producer, Site } from '../../approval/site.js';
import { readHeaderNames } from './producers/certificate-proof.js';
import type { ProducerSecrets } from '../config.js';
import { canonicalHost } from '../host.js';
import { approversOf, readPeople, tellUnreached, type People } from './people.js';
import { RECEIVER_CHANNEL, readProducers, type ProducerDraft } from './producers/producers.js';
import { readTable, type Values } from '../read-table.js';
import { quoted, type Reading } from './reading.js';
import { rawSites, readSite, type SiteDraft } from './site-draft.js';

export interface DirectoryRead {
  readonly directory: Directory;
  readonly producerSecrets: ReadonlyMap<string, ProducerSecrets>;
  /** Channels that sites and producers use -> the key of the file that names it first. */
  readonly ownUse: ReadonlyMap<string, string>;
  /** The first key that needs the channel for consumers and callbacks; null when none does. */
  readonly carrierUse: string | null;
}

const TOP_KEYS = {
  sites: z.unknown(),
  approvers: z.unknown(),
  producers: z.unknown(),
  client_certificates: z.unknown(),
  limits: z.unknown(),
};

/** Policy: one request per address in 10 minutes over all sites, at most 10 pending per approver. */
const LIMITS = { window_sec: 600, window_scope: 'all', max_pending_per_approver: 10 } as const;
const LIMIT_KEYS = {
  window_sec: z.int().min(1).max(86_400),
  window_scope: z.enum(['all', 'site']),
  max_pending_per_approver: z.int().min(1).max(100),
};

export function readDirectory(text: string, reading: Reading): DirectoryRead {
  const { values } = readTop(text, reading);
  const people = readPeople(values.approvers, reading);
  const drafts = rawSites(values.sites, reading).map((raw) => readSite(raw, reading));
  const sites = drafts.map((draft) => siteOf(draft, { people, reading }));
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
    examples: { window_sec: '600', window_scope: '"all"', max_pending_per_approver: '10' },
  });
  reading.tellAll(limits.problems);
  const byHost = indexByHost(drafts, sites, reading);
  const directory: Directory = {
    sites,
    approvers: new Map([...people].map((person) => approver(...person)).map((one) => [one.id, one])),
    producers: new Map(producers.map((draft) => [draft.name, producer(draft)])),
    windowScope: limits.values.window_scope ?? LIMITS.window_scope,
    windowSeconds: limits.values.window_sec ?? LIMITS.window_sec,
    maxPendingPerApprover: limits.values.max_pending_per_approver ?? LIMITS.max_pending_per_approver,
    // Nearly every host is in canonical form already and found by one look-up; only another spelling is rewritten.
    siteOf: (host) => byHost.get(host) ?? byHost.get(canonicalHost(host) ?? ''),
  };
  const producerSecrets = new Map(producers.map(({ name, secrets }) => [name, secrets]));
  return { directory, producerSecrets, ...usesOf({ drafts, sites, producers }, reading) };
}

/** The problem never quotes the file: somebody may have put a secret into it. */
function readTop(text: string, reading: Reading): { values: Values<typeof TOP_KEYS> } {
  try {
    const raw: unknown = parse(text);
    const top = readTable(raw, TOP_KEYS, { file: reading.file, path: '', examples: {} });
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

function siteOf(draft: SiteDraft, context: { people: People; reading: Reading }): Site {
  const { gate } = draft;
  const { clock } = context.reading;
  const names = approversOf(draft, context.people, context.reading);
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
    key: (draft.domains[0] ?? '') as SiteKey,
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
    confirmEndpoint: draft.confirmEndpoint,
    channelPolicies: draft.channelPolicies as ReadonlyMap<ChannelName, ChannelPolicy>,
    consumers: (isAsked ? draft.consumers : new Map()) as ReadonlyMap<ChannelName, string>,
  };
}

function approver(name: string, addresses: ReadonlyMap<string, string>): Approver {
  return { id: name as ApproverId, addresses: addresses as ReadonlyMap<ChannelName, string> };
}

function producer(draft: ProducerDraft): Producer {
  return {
    name: draft.name,
    hosts: draft.hosts,
    approvers: draft.approvers as readonly ApproverId[],
    notifiers: draft.notifiers as readonly ChannelName[] | null,
    confirm: draft.confirm,
    callbackUrl: draft.callbackUrl,
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
  parts: { drafts: readonly SiteDraft[]; sites: readonly Site[]; producers: readonly ProducerDraft[] },
  reading: Reading,
): Pick<DirectoryRead, 'ownUse' | 'carrierUse'> {
  const ownUse = new Map<string, string>();
  const carried: string[] = [];
  for (const [index, site] of parts.sites.entries()) {
    const key = `${parts.drafts[index]?.path ?? 'sites'}.auth_gate.notifiers`;
    for (const name of site.notifiers) {
      if (site.consumers.has(name)) carried.push(key);
      else if (!ownUse.has(name)) ownUse.set(name, key);
    }
  }
  for (const { name, notifiers, callbackUrl } of parts.producers) {
    const path = `producers.${quoted(name)}`;
    const implied = reading.channels.has(RECEIVER_CHANNEL) ? [RECEIVER_CHANNEL] : [];
    for (const channel of notifiers ?? implied) if (!ownUse.has(channel)) ownUse.set(channel, `${path}.notifiers`);
    if (callbackUrl !== null) carried.push(`${path}.callback_url`);
  }
  return { ownUse, carrierUse: carried[0] ?? null };
}
