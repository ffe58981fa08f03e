/** Signing in at an origin of ours that is not the auth host, as that origin uses it. */

/** What a browser that is at the origin sends. */
export interface AtOrigin {
  /** As `originOfHost` writes it. The caller has seen that it is one that signs people in. */
  readonly origin: string;
  /** Its `Cookie` header. */
  readonly cookies: string | undefined;
  /** Of the address, as it is counted. */
  readonly network: string;
}

/** `cookies`: whole `Set-Cookie` values. */
export type HandoffBegun =
  /** `url`: where the browser goes on. */
  { readonly kind: 'begun'; readonly url: string; readonly cookies: readonly string[] } | { readonly kind: 'too_many' };

export type HandoffRedeemed =
  /** `back`: the local path that it began with. */
  | { readonly kind: 'redeemed'; readonly back: string; readonly cookies: readonly string[] }
  | { readonly kind: 'too_many' }
  /** Begun in another browser, too long ago, or brought already; or whoever was signed in is not any more. */
  | { readonly kind: 'refused'; readonly cookies: readonly string[] };

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface HandoffAtOrigin {
  begin(at: AtOrigin, wish: { readonly back: string }): Promise<HandoffBegun>;
  redeem(
    at: AtOrigin,
    brought: {
      readonly code: string | undefined;
      readonly state: string | undefined;
      /** The auth host, as it calls itself (RFC 9207). */
      readonly iss: string | undefined;
      /** For the audit: whose key the origin has, and the whole address. Null: none, unknown. */
      readonly site: string | null;
      readonly address: string | null;
    },
  ): Promise<HandoffRedeemed>;
}
