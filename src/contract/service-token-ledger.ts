/**
 * Tokens that we made ourselves, hashed at rest: bearers of producers, of callers that pass to one site without a grant, and of
 * services that sign people in.
 */
import type { SiteKey } from '../approval/brand.js';
import type { AuditEntry } from './audit-ledger.js';

export interface ServiceTokenRecord {
  /** 20 characters, like a request's id. Not secret. */
  readonly id: string;
  /** Empty for a site's or a service's token. */
  readonly producer: string;
  /** Null: no site's token. */
  readonly site: SiteKey | null;
  /** Of a service that signs people in. Null, as is `site`: a producer's token. */
  readonly service: string | null;
  /** The operator's own words for it. */
  readonly label: string;
  readonly createdAtMs: number;
  /** Null: until revoked. */
  readonly untilMs: number | null;
  readonly revokedAtMs: number | null;
  /** To the day's hour or so; null: never. */
  readonly lastUsedAtMs: number | null;
}

/** A token of a site that lives, as the check needs it. */
export interface LiveSiteToken {
  readonly id: string;
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  readonly site: SiteKey;
  readonly untilMs: number;
}

export interface ServiceTokenLedger {
  mint(
    input: {
      readonly id: string;
      /** SHA-256 of the token, in hex. */
      readonly hash: string;
      readonly producer: string;
      readonly label: string;
      readonly ttlSeconds: number | null;
    },
    audit: AuditEntry,
  ): Promise<ServiceTokenRecord>;
  /** Null when `maxLive` tokens of sites live already. Every process hears of it. */
  mintForSite(
    input: {
      readonly id: string;
      readonly hash: string;
      readonly site: SiteKey;
      readonly label: string;
      readonly ttlSeconds: number;
      readonly maxLive: number;
    },
    audit: AuditEntry,
  ): Promise<ServiceTokenRecord | null>;
  mintForService(
    input: {
      readonly id: string;
      readonly hash: string;
      readonly service: string;
      readonly label: string;
      readonly ttlSeconds: number;
    },
    audit: AuditEntry,
  ): Promise<ServiceTokenRecord>;
  list(): Promise<readonly ServiceTokenRecord[]>;
  /** Null when there is none by this id, or it is revoked already. Of a site's token every process hears. */
  revoke(id: string, audit: AuditEntry): Promise<ServiceTokenRecord | null>;
  /** The producer's token if it lives by the database's clock. Notes its use, at most once an hour. */
  use(hash: string): Promise<ServiceTokenRecord | null>;
  /** The same for a site's token. */
  useAtSite(hash: string): Promise<ServiceTokenRecord | null>;
  /** The same for a token of a service. */
  useByService(hash: string): Promise<ServiceTokenRecord | null>;
  /** Every token of a site that lives, with the database's clock. */
  liveAtSites(): Promise<{ readonly nowMs: number; readonly tokens: readonly LiveSiteToken[] }>;
}
