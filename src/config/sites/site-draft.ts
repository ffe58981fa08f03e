/** One site as its own tables say it, before approvers are known. */
import type { ApproveNeeds } from '../../approval/approval-proof.js';
import { POLICY_BY_ENVIRONMENT } from '../../approval/policy.js';
import type { OpenPath } from '../../approval/open-path.js';
import type { Environment } from '../../approval/request.js';
import { isPattern } from '../../approval/site-pattern.js';
import type { ChannelPolicy } from '../../approval/site.js';
import { hasPasskeysAt } from '../../base/net/passkey-origin.js';
import { WIDE_FLAG, wideWrong } from '../../base/net/network.js';
import { gateState, readException, type GateState } from './gate-state.js';
import { isTable, readTable } from '../read-table.js';
import { openPathsOf } from './open-paths.js';
import { hasForm, knownChannels, quoted, type Reading } from './reading.js';
import { channelKeys, readSiteChannels, tellIdleRooms } from './site-channels.js';
import { REQUEST_TTL_SECONDS, type AuthGateKeys } from './auth-gate-keys.js';
import { defaultChannels } from './known-channel.js';
import { canonicalDomain, environmentMeant } from './site-checks.js';
import { SITE_KEYS } from './site-keys.js';
import { exampleOf } from '../described.js';

export interface SiteDraft {
  /** Where the table is, for problems: `sites."stg.example.org"`. */
  readonly path: string;
  readonly domains: readonly string[];
  readonly environment: Environment;
  readonly gate: GateState;
  /** Null where the table says nothing or something wrong. */
  readonly people: { readonly admin: readonly string[]; readonly adminEmail: string | null; readonly isBad: boolean };
  readonly notifiers: readonly string[];
  readonly consumers: ReadonlyMap<string, string>;
  readonly channelPolicies: ReadonlyMap<string, ChannelPolicy>;
  /** Channels that post to a room of the site, where every approver is reached without an address. */
  readonly withRoom: ReadonlySet<string>;
  readonly grantTtlSeconds: number;
  readonly requestTtlSeconds: number;
  readonly geofence: readonly string[] | null;
  readonly permanentNetworks: readonly string[];
  readonly allowProxyAddress: boolean;
  readonly openPaths: readonly OpenPath[];
  /** As written: its providers are read by themselves. */
  readonly passage: readonly unknown[] | undefined;
  readonly confirmEndpoint: string;
  readonly approveNeeds: ApproveNeeds;
  readonly needsSecondFactor: boolean;
}

export interface RawSite {
  readonly path: string;
  readonly raw: unknown;
  /** The table's key in the form `[sites."host"]`. */
  readonly host: string | null;
}

/** `keys`: those of `[sites.auth_gate]`. */
export function readSite(site: RawSite, reading: Reading, keys: AuthGateKeys): SiteDraft {
  const { table, values, ...outer } = readOwnTable(site, reading, keys);
  const path = `${site.path}.auth_gate`;
  const raw = table['auth_gate'] ?? {};
  const gate = readTable(raw, keys, {
    file: reading.file,
    path,
    others: channelKeys(reading),
    elsewhere: { keys: Object.keys(SITE_KEYS), table: 'the site itself, above [sites.auth_gate]' },
  });
  reading.tellAll(gate.problems);
  const environment = environmentMeant(table['environment']);
  const exception = readException(site.path, { values, ...outer }, reading);
  const state = gateState({ path, environment, enabled: gate.values.enabled, exception }, reading);
  const names = knownChannels(gate.values.notifiers ?? defaultChannels(reading.channels), `${path}.notifiers`, reading);
  const { urls, policies, withRoom } = readSiteChannels(raw, path, reading);
  const consumers = consumersOf(names, urls, reading);
  tellIdleRooms(policies, { notifiers: names, consumers, path }, reading);
  return {
    path: site.path,
    domains: domainsOf(site.path, { domains: values.domains ?? [], environment }, reading),
    environment,
    gate: state,
    people: {
      admin: [...new Set(gate.values.admin ?? [])],
      adminEmail: gate.values.admin_email ?? null,
      isBad: gate.bad.has('admin') || gate.bad.has('admin_email'),
    },
    notifiers: names.filter(
      (name) => state.kind === 'off' || consumers.has(name) || hasForm(name, `${path}.notifiers`, reading),
    ),
    consumers,
    channelPolicies: policies,
    withRoom,
    grantTtlSeconds: gate.values.whitelist_ttl_sec ?? POLICY_BY_ENVIRONMENT[environment].grantTtlSeconds,
    requestTtlSeconds: gate.values.request_ttl_sec ?? REQUEST_TTL_SECONDS,
    geofence: gate.values.geofence === undefined ? null : [...new Set(gate.values.geofence)],
    permanentNetworks: values.permanent_whitelist ?? [],
    allowProxyAddress: proxyAddressAllowed(site.path, { outer: values, gate: gate.values }, reading),
    openPaths: openPathsOf(site.path, { site: values.open_paths, gate: gate.values.open_paths }, reading),
    passage: gate.values.passage,
    confirmEndpoint: gate.values.confirm_endpoint ?? `${reading.settings.publicUrl}/req`,
    approveNeeds: approveNeedsIn(gate.values.approve_needs, path, reading),
    needsSecondFactor: gate.values.second_factor === 'required',
  };
}

/** Where browsers have no passkeys nobody could approve. */
function approveNeedsIn(said: ApproveNeeds | undefined, path: string, reading: Reading): ApproveNeeds {
  const { publicUrl } = reading.settings;
  if (said === 'passkey' && !hasPasskeysAt(publicUrl))
    reading.tell(`${path}.approve_needs`, {
      problem: `wants a passkey, and browsers have none at PUBLIC_URL, which is ${publicUrl}`,
      cure: 'Give PUBLIC_URL a name and https (or localhost), or write approve_needs = "fresh".',
    });
  return said ?? 'session';
}

/** A preview of production would be open, or gated by mistake: hosts of prd are named one by one. */
function domainsOf(
  path: string,
  { domains, environment }: { readonly domains: readonly string[]; readonly environment: Environment },
  reading: Reading,
): readonly string[] {
  const canonical = [...new Set(domains.flatMap((text) => canonicalDomain(text) ?? []))];
  const pattern = environment === 'prd' ? canonical.find(isPattern) : undefined;
  if (pattern !== undefined)
    reading.tell(`${path}.domains`, {
      problem: `${pattern} is a pattern, and a site of prd has none`,
      cure: 'Name every host of it, or make it dev or stg.',
    });
  return canonical;
}

/** The site's own keys, without those of its gate. */
function readOwnTable(site: RawSite, reading: Reading, keys: AuthGateKeys) {
  const named = site.host === null || !isTable(site.raw) ? site.raw : { ...site.raw, domains: [site.host] };
  const elsewhere = { keys: Object.keys(keys), table: '[sites.auth_gate]' };
  const read = readTable(named, SITE_KEYS, { file: reading.file, path: site.path, elsewhere });
  reading.tellAll(read.problems);
  const { permanent_whitelist: networks = [], allow_wide_networks: isAllowed = false } = read.values;
  const wide = wideWrong(networks, { isAllowed, flag: WIDE_FLAG });
  if (wide !== null) reading.tell(`${site.path}.permanent_whitelist`, wide);
  if (read.values.domains === undefined && !read.bad.has('domains') && isTable(named))
    reading.tell(`${site.path}.domains`, {
      problem: 'is missing',
      cure: `For example: domains = ${exampleOf(SITE_KEYS.domains)}`,
    });
  return { ...read, table: isTable(named) ? named : {} };
}

/** The key may stand in the site's table or in that of its gate; where both say something, they must agree. */
function proxyAddressAllowed(
  path: string,
  said: Readonly<Record<'outer' | 'gate', { readonly allow_proxy_address?: boolean | undefined }>>,
  reading: Reading,
): boolean {
  const { outer, gate } = { outer: said.outer.allow_proxy_address, gate: said.gate.allow_proxy_address };
  if (outer !== undefined && gate !== undefined && outer !== gate)
    reading.tell(`${path}.allow_proxy_address`, {
      problem: `is ${String(outer)} here and ${String(gate)} in [sites.auth_gate]`,
      cure: 'Keep one of them.',
    });
  return outer ?? gate ?? false;
}

function consumersOf(
  names: readonly string[],
  urls: ReadonlyMap<string, string>,
  reading: Reading,
): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const url = urls.get(name) ?? reading.consumerUrls.get(name);
      return url === undefined ? [] : [[name, url] as const];
    }),
  );
}

/** Both spellings: `[[sites]]` with `domains`, and the policy's `[sites."host"]`. */
export function rawSites(raw: unknown, reading: Reading): readonly RawSite[] {
  if (Array.isArray(raw))
    return raw.map((site: unknown, index) => ({ path: pathOf(site, index), raw: site, host: null }));
  if (!isTable(raw)) {
    if (raw !== undefined)
      reading.tell('sites', { problem: 'is not a table', cure: 'Write [[sites]] above every site.' });
    return [];
  }
  return Object.entries(raw).flatMap(([host, site]) => {
    if (host !== 'auth_gate') return [{ path: `sites.${quoted(host)}`, raw: site, host }];
    reading.tell('sites.auth_gate', {
      problem: 'belongs to no site',
      cure: 'Put [[sites]] with its domains above it, or write [sites."stg.example.org".auth_gate].',
    });
    return [];
  });
}

function pathOf(site: unknown, index: number): string {
  const domains: unknown = isTable(site) ? site['domains'] : undefined;
  const first: unknown = Array.isArray(domains) ? domains[0] : undefined;
  return typeof first === 'string' ? `sites.${quoted(first)}` : `sites[${String(index + 1)}]`;
}
