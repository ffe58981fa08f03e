/** Service tokens: bearers of producers that we made ourselves, hashed at rest. */
import type { AuditEntry } from './audit-ledger.js';

export interface ServiceTokenRecord {
  /** 20 characters, like a request's id. Not secret. */
  readonly id: string;
  readonly producer: string;
  /** The operator's own words for it. */
  readonly label: string;
  readonly createdAtMs: number;
  /** Null: until revoked. */
  readonly untilMs: number | null;
  readonly revokedAtMs: number | null;
  /** To the day's hour or so; null: never. */
  readonly lastUsedAtMs: number | null;
}

export interface ServiceTokenLedger {
  mint(
    wish: {
      readonly id: string;
      /** SHA-256 of the token, in hex. */
      readonly hash: string;
      readonly producer: string;
      readonly label: string;
      readonly ttlSeconds: number | null;
    },
    audit: AuditEntry,
  ): Promise<ServiceTokenRecord>;
  list(): Promise<readonly ServiceTokenRecord[]>;
  /** Null when there is none by this id, or it is revoked already. */
  revoke(id: string, audit: AuditEntry): Promise<ServiceTokenRecord | null>;
  /** The token if it lives by the database's clock. Notes its use, at most once an hour. */
  use(hash: string): Promise<ServiceTokenRecord | null>;
}
