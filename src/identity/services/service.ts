/** What a service is, what it is answered, and what that is made with. */
import type { AccountId } from '../../approval/brand.js';
import type { IdentityPolicy } from '../../approval/identity-policy.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { SignInRefusedReason } from '../../contract/identity-event.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { FactorLedger, LedgerVerbs, ServiceTokenLedger } from '../../contract/ledger.js';
import type { Accounts } from '../accounts/accounts.js';
import type { LoggedIn } from '../accounts/login-or-link.js';
import type { ProviderFailure } from '../providers/adapter.js';
import type { Session } from '../sessions/sessions.js';
import type { Stated } from './stated-person.js';

export interface Service {
  readonly name: string;
  /** For which it may speak. */
  readonly providers: readonly string[];
}

/** Asks for a link instead of a sign-in. */
export interface LinkWish {
  readonly account: string;
  /** Of whom it is asked; null: nobody is signed in. */
  readonly accessToken: string | null;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly account: AccountId;
  /** How long the refresh token is good, at most. */
  readonly refreshSeconds: number;
}

export type SignInRefusal =
  | 'unknown_provider'
  | 'provider_not_allowed'
  | 'wrong_issuer'
  | 'tenant_missing'
  | 'session_needed'
  | 'other_account'
  | 'no_sign_in'
  | 'too_many'
  | ProviderFailure
  | Exclude<LoggedIn['kind'], 'known' | 'linked' | 'created'>;

export type SignedIn =
  | { readonly kind: 'signed_in'; readonly tokens: Tokens; readonly how: 'known' | 'linked' | 'created' }
  /** By the policy more is wanted of them than a provider's word. There are no tokens. */
  | { readonly kind: 'lacks'; readonly lacks: 'second_factor' | 'enrolment' }
  | { readonly kind: 'refused'; readonly why: SignInRefusal };

export type Refreshing =
  | { readonly kind: 'refreshed'; readonly tokens: Tokens }
  | { readonly kind: 'lacks'; readonly lacks: 'second_factor' | 'enrolment' }
  | { readonly kind: 'refused'; readonly why: 'reused' | 'over' | 'too_many' };

/** As the audit names it; null: they were signed in. */
export function refusedBecause(signedIn: SignedIn): SignInRefusedReason | null {
  if (signedIn.kind === 'signed_in') return null;
  return signedIn.kind === 'lacks' ? 'second_factor_needed' : signedIn.why;
}

/** Of a refresh. A token that came twice is told as such, by whoever ends its session. */
export function refusedRefreshBecause(refreshing: Refreshing): SignInRefusedReason | null {
  if (refreshing.kind === 'refreshed') return null;
  if (refreshing.kind === 'lacks') return 'second_factor_needed';
  if (refreshing.why === 'reused') return null;
  return refreshing.why === 'over' ? 'session_over' : refreshing.why;
}

export interface Introspected {
  readonly session: Session;
  readonly service: string;
  readonly untilMs: number;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface ServiceSessions {
  /** Whose bearer this is; null: no service's that is in sites.toml. */
  caller(bearer: string | null): Promise<Service | null>;
  signIn(service: Service, stated: Stated, link: LinkWish | null): Promise<SignedIn>;
  refresh(service: Service, refreshToken: string): Promise<Refreshing>;
  /** Whether the service may ask once more for now; counts it. */
  mayIntrospect(service: Service): Promise<boolean>;
  /** Null: nobody is signed in by it. */
  introspect(accessToken: string): Promise<Introspected | null>;
}

/** What services did, for whoever watches. */
export type ServiceEvent =
  | {
      readonly kind: 'signed_in_by_service';
      readonly account: string;
      readonly service: string;
      readonly provider: string;
      readonly how: 'known' | 'linked' | 'created';
    }
  | { readonly kind: 'refresh_token_reused'; readonly account: string; readonly service: string };

export interface ServiceSessionsDeps {
  readonly ledger: Pick<
    LedgerVerbs['identity'],
    | 'startServiceSession'
    | 'refreshServiceSession'
    | 'accessToken'
    | 'endSession'
    | 'takeAttempt'
    | 'credential'
    | 'accountsAt'
    | 'addCredential'
  >;
  readonly factors: Pick<FactorLedger, 'of'>;
  readonly serviceTokens: Pick<ServiceTokenLedger, 'useByService'>;
  readonly accounts: Accounts;
  readonly configured: () => ReadonlyMap<string, ProviderConfig>;
  readonly policy: () => IdentityPolicy;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Pick<Random, 'hex' | 'id'>;
  readonly onServiceEvent: (happened: ServiceEvent) => void;
}
