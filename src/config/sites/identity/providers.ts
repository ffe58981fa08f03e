/** Providers: who else may say who somebody is. */
import { isOfSeveralTenants } from '../../../approval/person-issuer.js';
import type { ProviderConfig, ProviderKind } from '../../../contract/identity-providers.js';
import { exampleOf } from '../../described.js';
import { isTable, readTable, type Values } from '../../read-table.js';
import { quoted, type Reading } from '../reading.js';
import type { Where } from '../secret-reference.js';
import { canonicalDomain } from '../site-checks.js';
import { readClientAuth } from './client-auth.js';
import { PROVIDER_KEYS } from './provider-keys.js';

interface Kind {
  readonly title: string | null;
  readonly issuer: string | null;
  readonly scopes: readonly string[];
}

const OPENID = ['openid', 'email', 'profile'];

const KINDS: Readonly<Record<ProviderKind, Kind>> = {
  oidc: { title: null, issuer: null, scopes: OPENID },
  google: { title: 'Google', issuer: 'https://accounts.google.com', scopes: OPENID },
  github: { title: 'GitHub', issuer: 'https://github.com', scopes: ['read:user', 'user:email'] },
};

/** The same in a national cloud of Microsoft: what such a one says of itself is no issuer, and openid-client only knows the other. */
const ANY_TENANT_OF_A_NATION =
  /^https:\/\/login\.(microsoftonline\.us|partner\.microsoftonline\.cn|chinacloudapi\.cn)\/(common|organizations|consumers)\b/;

/**
 * Entra answers to a tenant's domain, to large letters and to its older form as well, and openid-client takes all of them; but its
 * tokens name the tenant so, and by that people are known.
 */
const OF_ONE_TENANT = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/;

function isEntrasOwn(issuer: string): boolean {
  const isThere = URL.canParse(issuer) && new URL(issuer).host === 'login.microsoftonline.com';
  return !isThere || OF_ONE_TENANT.test(issuer) || isOfSeveralTenants({ issuer });
}

type Given = Values<typeof PROVIDER_KEYS>;

/** `identity`: the table that they are in; what else is in there, and whether it is one, `identity-keys.ts` says. */
export function readProviders(identity: unknown, reading: Reading): ReadonlyMap<string, ProviderConfig> {
  const raw = isTable(identity) ? identity['providers'] : undefined;
  if (raw === undefined) return new Map();
  if (!isTable(raw)) {
    const cure = 'Write [identity.providers.<name>] above every provider.';
    reading.tell('identity.providers', { problem: 'is not a table', cure });
    return new Map();
  }
  const read = Object.entries(raw).flatMap(([name, table]) => readProvider(name, table, reading) ?? []);
  return new Map(read.map((provider) => [provider.name, provider]));
}

function readProvider(name: string, raw: unknown, reading: Reading): ProviderConfig | null {
  const path = `identity.providers.${quoted(name)}`;
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    reading.tell(path, { problem: 'is not a name', cure: 'Choose another: small letters, digits, - and _.' });
    return null;
  }
  const { values, bad, problems } = readTable(raw, PROVIDER_KEYS, { file: reading.file, path });
  reading.tellAll(problems);
  if (!isTable(raw)) return null;
  const where = { path, bad, reading };
  for (const key of missing(values)) if (!bad.has(key)) reading.tell(`${path}.${key}`, NEEDED(key));
  tellWhatDoesNotFit(values, where);
  return configOf(name, values, where);
}

function missing({ kind, client_id, issuer }: Given): readonly (keyof typeof PROVIDER_KEYS)[] {
  return [
    ...(kind === undefined ? (['kind'] as const) : []),
    ...(kind === 'oidc' && issuer === undefined ? (['issuer'] as const) : []),
    ...(client_id === undefined ? (['client_id'] as const) : []),
  ];
}

const NEEDED = (key: keyof typeof PROVIDER_KEYS) => ({
  problem: 'is missing',
  cure: `For example: ${key} = ${exampleOf(PROVIDER_KEYS[key])}`,
});

function tellWhatDoesNotFit(given: Given, { path, bad, reading }: Where): void {
  const { kind, issuer = '', scopes, allowed_tenants: tenants, authoritative_for: domains = [] } = given;
  if (kind !== undefined && kind !== 'oidc' && tenants !== undefined)
    reading.tell(`${path}.allowed_tenants`, {
      problem: 'is for Microsoft Entra, which is kind = "oidc"',
      cure: 'Take it out.',
    });
  if (kind === 'oidc' && tenants === undefined && !bad.has('allowed_tenants') && isOfSeveralTenants({ issuer }))
    reading.tell(`${path}.allowed_tenants`, {
      problem: 'is missing, and this issuer vouches for people of any tenant',
      cure: `For example: allowed_tenants = ${exampleOf(PROVIDER_KEYS.allowed_tenants)}, or name the tenant in the issuer.`,
    });
  if (kind === 'oidc' && !bad.has('issuer') && !isEntrasOwn(issuer))
    reading.tell(`${path}.issuer`, {
      problem: 'is not what the tokens of Microsoft Entra say',
      cure: 'Write https://login.microsoftonline.com/<tenant id>/v2.0, with the id in small letters; or organizations for the id, and allowed_tenants.',
    });
  if (kind === 'oidc' && !bad.has('issuer') && ANY_TENANT_OF_A_NATION.test(issuer))
    reading.tell(`${path}.issuer`, {
      problem: 'stands for every tenant of a national cloud',
      cure: 'Name one tenant in it: a table for each.',
    });
  if (kind !== 'github' && scopes?.includes('openid') === false)
    reading.tell(`${path}.scopes`, { problem: 'lacks openid', cure: 'Add "openid".' });
  if (kind === 'github' && domains.length > 0)
    reading.tell(`${path}.authoritative_for`, {
      problem: 'is wrong of GitHub, which gives out no mailboxes',
      cure: 'Take it out.',
    });
}

function configOf(name: string, given: Given, where: Where): ProviderConfig | null {
  const auth = readClientAuth(given, where);
  if (given.kind === undefined) return null;
  const { title, issuer, scopes } = KINDS[given.kind];
  return {
    name,
    title: given.title ?? title ?? name,
    kind: given.kind,
    issuer: given.issuer ?? issuer ?? '',
    clientId: given.client_id ?? '',
    ...auth,
    scopes: given.scopes ?? scopes,
    allowedTenants: given.allowed_tenants ?? null,
    allowedDomains: given.allowed_domains === undefined ? null : canonical(given.allowed_domains),
    authoritativeFor: canonical(given.authoritative_for ?? []),
  };
}

function canonical(domains: readonly string[]): readonly string[] {
  return domains.flatMap((domain) => canonicalDomain(domain) ?? []);
}
