/** Who is signed in at an origin, by the cookie that was handed out there. */
import { lackedFactor, type IdentityPolicy } from '../../approval/identity-policy.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { AtOrigin } from '../../contract/handoff.js';
import type { HandedOut, HandoffLedger } from '../../contract/handoff-ledger.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { isSecret } from '../secret.js';
import { formToken, isFormToken } from '../sessions/form-token.js';
import type { Session } from '../sessions/sessions.js';
import { handedOutCookie } from './cookies.js';

export interface SignedInThere
  extends
    Pick<HandedOut, 'untilMs' | 'authenticatedAtMs' | 'signedInBy' | 'credential'>,
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
  /** Signs out at this origin alone; answers the `Set-Cookie` value. */
  end(held: Held): Promise<string>;
}

export interface SessionsThereDeps {
  readonly handoffs: Pick<HandoffLedger, 'handedOut' | 'endHandedOut'>;
  readonly accounts: Accounts;
  /** As it is at the moment. */
  readonly policy: () => IdentityPolicy;
  /** Origin of the admin plane. */
  readonly adminUrl: string;
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
      return found === null ? null : signedInThere(found, deps);
    },

    async end(held) {
      const hash = presented(held);
      if (hash !== null) await handoffs.endHandedOut(hash);
      return handedOutCookie(held.origin, adminUrl).clear();
    },
  };
}

/** Null: whose account it was is nobody now. */
export function signedInThere(
  found: HandedOut,
  { accounts, policy }: Pick<SessionsThereDeps, 'accounts' | 'policy'>,
): SignedInThere | null {
  const account = accounts.find(found.account, found.kept);
  if (account === null) return null;
  const { csrfKey, untilMs, authenticatedAtMs, signedInBy, credential } = found;
  return {
    account,
    untilMs,
    authenticatedAtMs,
    signedInBy,
    credential,
    lacks: lackedFactor(found, policy()),
    csrfToken: (purpose) => formToken(csrfKey, purpose),
    isCsrfToken: (purpose, presented) => isFormToken(csrfKey, purpose, presented),
  };
}
