/**
 * Tokens of producers, of sites and of services that sign people in: minted, listed and revoked by operators, whom the
 * admin plane has checked. Every act is audited.
 */
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import { nearest } from '../../base/text/nearest.js';
import type { Directory } from '../../approval/site.js';
import type {
  MintedServiceToken,
  MintPost,
  MintRefusal,
  ServiceMintPost,
  ServiceMintRefusal,
  ServiceTokenLine,
  ServiceTokens,
  SiteMintPost,
  SiteMintRefusal,
} from '../../contract/service-tokens.js';
import type { AuditEntry } from '../../contract/audit-ledger.js';
import type { ProofsOf } from '../../contract/caller-proofs.js';
import type { ServiceTokenLedger, ServiceTokenRecord } from '../../contract/service-token-ledger.js';
import { newSiteToken, siteTokenHash } from '../../gate/check/tokens/site-token.js';
import { newServiceBearer, serviceBearerHash } from '../../identity/services/service-bearer.js';
import { newServiceToken, serviceTokenHash } from '../../http/receiver/service-token.js';

export interface ServiceTokensDeps {
  readonly ledger: ServiceTokenLedger;
  readonly proofs: ProofsOf<'serviceTokens'>;
  readonly directory: () => Directory;
  readonly random: Random;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function createServiceTokens(deps: ServiceTokensDeps): ServiceTokens {
  const { ledger, clock } = deps;
  return {
    async list() {
      const tokens = await ledger.list();
      return { tokens: tokens.map((token) => lineOf(token, clock.nowMs())) };
    },
    mint: (post) => mint(deps, post),
    mintForSite: (post) => mintForSite(deps, post),
    mintForService: (post) => mintForService(deps, post),
    async revoke(id, operator) {
      const revoked = await ledger.revoke(id, auditOf(operator, 'service_token_revoked', {}));
      return revoked === null ? null : lineOf(revoked, clock.nowMs());
    },
  };
}

async function mint(deps: ServiceTokensDeps, post: MintPost): Promise<MintedServiceToken | MintRefusal> {
  const { ledger, random, clock } = deps;
  const { producer, label, ttlSeconds, operator } = post;
  const proofs = deps.proofs();
  const takes = proofs.get(producer)?.serviceTokens;
  if (takes === undefined) return { kind: 'unknown_producer', nearest: nearest(producer, proofs.keys()) };
  if (!takes) return { kind: 'takes_none' };
  const token = newServiceToken(random).revealText();
  const input = { id: random.id(), hash: serviceTokenHash(token), producer, label, ttlSeconds };
  const minted = await ledger.mint(input, auditOf(operator, 'service_token_minted', { label, ttlSeconds }));
  return { ...lineOf(minted, clock.nowMs()), token };
}

/** Every gate process holds all of them in memory; more than anybody needs is a script that went wrong. */
const MAX_LIVE_SITE_TOKENS = 1_000;

/** Of a pattern: for every host that fits it, since a host of previews is not there before its first call. */
async function mintForSite(deps: ServiceTokensDeps, post: SiteMintPost): Promise<MintedServiceToken | SiteMintRefusal> {
  const { ledger, random, clock } = deps;
  const { label, ttlSeconds, operator } = post;
  const directory = deps.directory();
  const site = directory.siteOf(post.site)?.key;
  if (site === undefined)
    return {
      kind: 'unknown_site',
      nearest: nearest(
        post.site,
        directory.sites.flatMap(({ domains }) => domains),
      ),
    };
  const token = newSiteToken(random).revealText();
  const input = { id: random.id(), hash: siteTokenHash(token), site, label, ttlSeconds, maxLive: MAX_LIVE_SITE_TOKENS };
  const minted = await ledger.mintForSite(input, auditOf(operator, 'site_token_minted', { label, ttlSeconds }));
  if (minted === null) return { kind: 'too_many', max: MAX_LIVE_SITE_TOKENS };
  return { ...lineOf(minted, clock.nowMs()), token };
}

async function mintForService(
  deps: ServiceTokensDeps,
  { service, label, ttlSeconds, operator }: ServiceMintPost,
): Promise<MintedServiceToken | ServiceMintRefusal> {
  const { ledger, random, clock } = deps;
  const { services } = deps.directory().identity;
  if (!services.has(service)) return { kind: 'unknown_service', nearest: nearest(service, services.keys()) };
  const token = newServiceBearer(random).revealText();
  const input = { id: random.id(), hash: serviceBearerHash(token), service, label, ttlSeconds };
  const minted = await ledger.mintForService(input, auditOf(operator, 'identity_token_minted', { label, ttlSeconds }));
  return { ...lineOf(minted, clock.nowMs()), token };
}

/** The ledger adds to the audit entry which token of which producer, site or service it was. */
function auditOf(operator: string, what: string, detail: AuditEntry['detail']): AuditEntry {
  return { who: `operator:${operator}`, what, surface: 'cli', site: null, address: null, detail };
}

/** `state` is for people and uses this process's clock; whether a token is accepted is judged by the database's clock. */
function lineOf(token: ServiceTokenRecord, nowMs: number): ServiceTokenLine {
  const { id, producer, site, service, label, createdAtMs, untilMs, lastUsedAtMs, revokedAtMs } = token;
  const isOver = untilMs !== null && untilMs <= nowMs;
  return {
    id,
    producer,
    site,
    service,
    label,
    state: revokedAtMs !== null ? 'revoked' : isOver ? 'expired' : 'live',
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: time(untilMs),
    lastUsedAt: time(lastUsedAtMs),
    revokedAt: time(revokedAtMs),
  };
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
