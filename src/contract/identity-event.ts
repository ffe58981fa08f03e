/** What happens to accounts and their sessions, as events. Whatever names an account says whose it is by its id. */
import type { SignInProof } from './identity-ledger.js';

/** Why nobody was signed in: a closed list. */
export type SignInRefusedReason =
  /** An operator's link, an enrolment or a mailed one: unknown, used, too old, or replaced. */
  | 'link_not_good'
  /** The number of a mailed link. */
  | 'number_wrong'
  /** Its signature, its question, its counter (so may a copy of it be found) or its account. */
  | 'passkey_refused'
  /** A number of an app or a recovery code. */
  | 'second_factor_wrong'
  | 'second_factor_too_many'
  /** What another origin of ours was brought: over, used, or of another browser. */
  | 'handoff_refused'
  /** Of signing in with a provider. */
  | 'consent_denied'
  | 'exchange_failed'
  | 'token_refused'
  | 'profile_unavailable'
  | 'provider_unreachable'
  | 'email_missing'
  | 'not_allowed'
  | 'state_invalid'
  | 'too_many'
  /** The account is disabled, or may come in by its enrolment alone. */
  | 'disabled'
  | 'prove_first'
  | 'link_too_late'
  | 'belongs_to_another'
  /** Of what a service asked: a bearer of none that sites.toml has. */
  | 'unknown_service'
  | 'unknown_provider'
  | 'provider_not_allowed'
  | 'wrong_issuer'
  /** Of people of Microsoft Entra, where `sites.toml` names tenants. */
  | 'tenant_missing'
  | 'session_needed'
  | 'other_account'
  | 'no_sign_in'
  /** A refresh token that is not good any more. */
  | 'session_over'
  | 'second_factor_needed';

type FactorKind = 'passkey' | 'authenticator' | 'recovery_codes';

export type IdentityEvent =
  /** `lacks`: a second factor is still to be given or set up, and nobody is signed in by it until then. */
  | {
      readonly event: 'auth_gate.signed_in';
      readonly account: string;
      readonly how: SignInProof['kind'];
      readonly surface: 'page';
      readonly lacks: 'second_factor' | 'enrolment' | null;
    }
  /** So many of a kind: the first at once, the others when their window is over. Null: not known, or of many. */
  | {
      readonly event: 'auth_gate.sign_in_refused';
      readonly reason: SignInRefusedReason;
      readonly account: string | null;
      readonly provider: string | null;
      readonly network: string | null;
      /** Which service of ours asked; null: not known, or of many. Absent: a browser did. */
      readonly service?: string | null;
      readonly count: number;
    }
  /** Signed in at another origin of ours, too. */
  | { readonly event: 'auth_gate.handed_on'; readonly account: string; readonly origin: string }
  | { readonly event: 'auth_gate.account_created'; readonly account: string; readonly provider: string }
  | { readonly event: 'auth_gate.credential_linked'; readonly account: string; readonly provider: string }
  | { readonly event: 'auth_gate.credential_removed'; readonly account: string; readonly issuer: string }
  | { readonly event: 'auth_gate.factor_added'; readonly account: string; readonly factor: FactorKind }
  | { readonly event: 'auth_gate.factor_removed'; readonly account: string; readonly factor: FactorKind }
  /** To sign in by; it is worthless from then on. */
  | { readonly event: 'auth_gate.recovery_code_used'; readonly account: string }
  /** All by which an account proves itself is gone. */
  | { readonly event: 'auth_gate.factors_reset'; readonly account: string; readonly by: string };
