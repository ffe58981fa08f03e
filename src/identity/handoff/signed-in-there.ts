/** Who is signed in at an origin, by the cookie that was handed out there. */
import { lackedFactor, type IdentityPolicy } from '../../approval/identity-policy.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { AtOrigin } from '../../contract/handoff.js';
import type { HandedOut, HandoffLedger } from '../../contract/handoff-ledger.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { isSecret } from '../secret.js';
import { formToken, isFormToken } from '../sessions/form-token.js';
import type { SessionBookDeps } from '../sessions/session-book.js';
import type { Session } from '../sessions/sessions.js';
import { handedOutCookie } from './cookies.js';
import { lacksTwoFactors } from './lacking.js';
import type { RelyingOrigins } from './relying-origins.js';

export interface SignedInThere
  extends
    Pick<HandedOut, 'untilMs' | 'authenticatedAtMs' | 'signedInBy' | 'hasFactors' | 'credential'>,
    Pick<Session, 'lacks' | 'csrfToken' | 'isCsrfToken'> {
  readonly account: Account;
}

/** `cookies`: the `Cookie` header. */
type Held = Pick<AtOrigin, 'origin' | 'cookies'>;

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface SessionsThere {
  /** Null: nobody, or nobody any more. Changes nothing. */
  find(held: Held): Promise<SignedInThere | null>;
  /** The hash of what this browser is known by there; null: of nothing that could be. Asks nobody. */
  presented(held: Held): string | null;
  /** Signs out at this origin alone, audited and told; answers the `Set-Cookie` value. */
  signOut(held: Held, by: { readonly site: string | null; readonly address: string | null }): Promise<string>;
}

export interface SessionsThereDeps {
  readonly handoffs: Pick<HandoffLedger, 'handedOut' | 'endHandedOut'>;
  readonly accounts: Accounts;
  /** As it is at the moment. */
  readonly policy: () => IdentityPolicy;
  readonly origins: RelyingOrigins;
  /** Origin of the admin plane. */
  readonly adminUrl: string;
  /** Absent: nobody is told. */
  readonly onSessionsEnded?: SessionBookDeps['onEnded'];
}

export function sessionsThere(deps: SessionsThereDeps): SessionsThere {
  const { handoffs, adminUrl } = deps;
  const presented = ({ origin, cookies }: Held): string | null => {
    const held = handedOutCookie(origin, adminUrl).read(cookies);
    return isSecret(held) ? sha256Hex(held) : null;
  };
  return {
    presented,
    async find(held) {
      const hash = presented(held);
      if (hash === null) return null;
      const found = await handoffs.handedOut({ hash, origin: held.origin });
      return found === null ? null : signedInThere(found, held, deps);
    },

    async signOut(held, { site, address }) {
      const hash = presented(held);
      const audit = { what: 'sessions_ended', surface: 'page', site, address, detail: {} };
      const account = hash === null ? null : await handoffs.endHandedOut(hash, audit);
      if (account !== null) deps.onSessionsEnded?.({ account, count: 1, by: account });
      return handedOutCookie(held.origin, adminUrl).clear();
    },
  };
}

/** Null: whose account it was is nobody now. */
export function signedInThere(
  found: HandedOut,
  { origin }: Pick<AtOrigin, 'origin'>,
  { accounts, policy, origins }: Pick<SessionsThereDeps, 'accounts' | 'policy' | 'origins'>,
): SignedInThere | null {
  const account = accounts.find(found.account, found.kept);
  if (account === null) return null;
  const { csrfKey, untilMs, authenticatedAtMs, signedInBy, hasFactors, credential } = found;
  const lacksTwo = lacksTwoFactors({ account, signedInBy }, origins.find(new URL(origin).host), policy());
  return {
    account,
    untilMs,
    authenticatedAtMs,
    signedInBy,
    hasFactors,
    credential,
    // what the origin has come to want since it was handed out holds at once
    lacks: lackedFactor(found, policy()) ?? (lacksTwo ? (hasFactors ? 'second_factor' : 'enrolment') : null),
    csrfToken: (purpose) => formToken(csrfKey, purpose),
    isCsrfToken: (purpose, presented) => isFormToken(csrfKey, purpose, presented),
  };
}
