/** Tokens that the gate makes, as the admin plane offers them to operators. JSON both ways, as in src/contract/admin.ts. */

/**
 * A token that we made for a producer's or a site's callers, or for a service that signs people in, as operators see
 * it: never the token itself. Times are ISO 8601.
 */
export interface ServiceTokenLine {
  readonly id: string;
  /** Empty for a site's or a service's token. */
  readonly producer: string;
  /** Null: no site's token. */
  readonly site: string | null;
  /** Null: no service's token. */
  readonly service: string | null;
  /** The operator's own words for it; may be empty. */
  readonly label: string;
  readonly state: 'live' | 'expired' | 'revoked';
  readonly createdAt: string;
  /** Null: it lives until it is revoked. */
  readonly expiresAt: string | null;
  /** To the hour or so; null: never. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** `GET /v1/service-tokens`: newest first, those that are over included. */
interface ServiceTokenList {
  readonly tokens: readonly ServiceTokenLine[];
}

/** `POST /v1/service-tokens` takes this; `ttlSeconds` null: until revoked. */
export interface MintPost {
  readonly producer: string;
  readonly label: string;
  readonly ttlSeconds: number | null;
  readonly operator: string;
}

/** `POST /v1/site-tokens` takes this; `site` is any name of the site. */
export interface SiteMintPost {
  readonly site: string;
  readonly label: string;
  readonly ttlSeconds: number;
  readonly operator: string;
}

/** `POST /v1/identity-tokens` takes this; `service` as `[identity.services.<name>]` names it. */
export interface ServiceMintPost {
  readonly service: string;
  readonly label: string;
  readonly ttlSeconds: number;
  readonly operator: string;
}

/** What all three answer, or 422 `{ error }` for whoever cannot have one. The token is told this once and kept nowhere. */
export interface MintedServiceToken extends ServiceTokenLine {
  readonly token: string;
}

export type MintRefusal =
  | { readonly kind: 'unknown_producer'; readonly nearest: string | null }
  /** Its table says `service_tokens = false`. */
  | { readonly kind: 'takes_none' };

export type SiteMintRefusal =
  | { readonly kind: 'unknown_site'; readonly nearest: string | null }
  /** So many tokens of sites live already. */
  | { readonly kind: 'too_many'; readonly max: number };

export interface ServiceMintRefusal {
  readonly kind: 'unknown_service';
  readonly nearest: string | null;
}

/** `POST /v1/service-tokens/<id>/revoke` takes `{ operator }` and answers a `ServiceTokenLine`, or 404. */
export interface ServiceTokens {
  list(): Promise<ServiceTokenList>;
  mint(post: MintPost): Promise<MintedServiceToken | MintRefusal>;
  mintForSite(post: SiteMintPost): Promise<MintedServiceToken | SiteMintRefusal>;
  mintForService(post: ServiceMintPost): Promise<MintedServiceToken | ServiceMintRefusal>;
  /** Null when there is none by this id, or it is revoked already. */
  revoke(id: string, operator: string): Promise<ServiceTokenLine | null>;
}
