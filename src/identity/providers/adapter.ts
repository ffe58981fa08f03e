/** What one provider speaks, in the same three steps for each: where to send the browser, what came back, who that is. */
import type { CredentialKey } from '../../contract/account-ledger.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { HttpClient } from '../../base/net/http-client.js';
import type { Vouched } from '../accounts/login-or-link.js';

/** Why nobody was signed in: a closed list, with a sentence each (`src/http/public/sign-in/provider-pages.ts`). */
export type ProviderFailure =
  | 'consent_denied'
  | 'exchange_failed'
  | 'token_refused'
  | 'profile_unavailable'
  | 'provider_unreachable'
  | 'email_missing'
  | 'not_allowed';

/** Made for one sign-in, and again when it comes back: none of it is kept. */
export interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Whom a logout token signs out, and by what it is known when it comes again. */
export interface LogoutToken extends CredentialKey {
  readonly id: string;
}

export interface Adapter {
  /** Where the browser is sent. Throws `Failed`. `languages`: tags of BCP 47, the most wanted first, for its pages. */
  start(secrets: Secrets, to: { readonly redirectUri: string; readonly languages: readonly string[] }): Promise<URL>;
  /** `url`: the redirect address with what the provider put behind it. Throws `Failed`. */
  finish(secrets: Secrets, url: URL): Promise<Vouched>;
  /** Whom a logout token signs out. Throws `Failed`. Null: such a provider sends none. */
  readonly signedOut: ((token: string) => Promise<LogoutToken>) | null;
  /**
   * Where a browser signs out there and comes back; it answers null where the provider has no such page. Throws
   * `Failed`. Null: none has.
   */
  readonly signOut: ((state: string, backTo: string) => Promise<URL | null>) | null;
}

export interface AdapterDeps {
  readonly config: ProviderConfig;
  readonly http: Pick<HttpClient, 'call'>;
  readonly nowMs: () => number;
}

/** Thrown by adapters alone, and caught in one place. `why`: a code for the log, nothing of the provider's text. */
export class Failed extends Error {
  constructor(
    readonly failure: ProviderFailure,
    readonly why: string,
  ) {
    super(failure);
  }
}
