/** Who else may say who somebody is, as `sites.toml` names them. */
import type { Secret } from '../base/crypto/secret.js';

export type ProviderKind = 'oidc' | 'github' | 'google';

/** A private key of this gate's own; the provider has its public half. */
export interface ClientKey {
  /** PKCS #8. */
  readonly pem: Secret;
  readonly algorithm: 'RS256' | 'PS256' | 'ES256';
  /** Of the certificate by which the provider knows its public half, as `x5t#S256` has it (RFC 7515, 4.1.8); null: of none. */
  readonly thumbprint: string | null;
}

export interface ProviderConfig {
  /** As in `[identity.providers.<name>]`, and in the paths of its sign-in. */
  readonly name: string;
  /** What stands on its button. */
  readonly title: string;
  readonly kind: ProviderKind;
  readonly issuer: string;
  readonly clientId: string;
  /** Empty where there is a key. */
  readonly clientSecret: Secret;
  /** Null: it is known by the secret. */
  readonly clientKey: ClientKey | null;
  readonly scopes: readonly string[];
  /** Of the claim `tid`; null: any. */
  readonly allowedTenants: readonly string[] | null;
  /** In ASCII; null: any. Google: of its claim `hd`; else of a verified address. */
  readonly allowedDomains: readonly string[] | null;
  /** Domains whose mailboxes it gives out itself, in ASCII. */
  readonly authoritativeFor: readonly string[];
}
