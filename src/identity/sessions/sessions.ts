/**
 * Sessions: an account that is signed in, in one browser.
 *
 *   start, by a proof that is spent in the same commit ──▶ live
 *   live ──seen──▶ live, its end moved, and at most to the longest that a session may last
 *   begun by one factor, where the policy wants a second ──▶ nobody is signed in by it until it is given, in a new session
 *   live ──not seen for too long, signed out, ended, or its account is gone──▶ over
 *
 * That it was seen is noted every few minutes; nothing else is changed by looking. The cookie's secret is hashed at rest. Whatever proves who somebody is ends here: a session starts in one place.
 */
import { lackedFactor, mayEnrol, type IdentityPolicy } from '../../approval/identity-policy.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import { hostCookie, type HostCookie } from '../../base/net/host-cookie.js';
import type { Random } from '../../base/crypto/random.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { IdentityLedger, SessionRecord, SignInProof } from '../../contract/identity-ledger.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { formToken, isFormToken } from './form-token.js';
import { sameOrigin, type OriginHeaders } from './same-origin.js';
import { isSecret, newSecret } from '../secret.js';
import { createSessionBook, type SessionBookDeps } from './session-book.js';

export interface Session extends Pick<
  SessionRecord,
  'id' | 'untilMs' | 'authenticatedAtMs' | 'signedInBy' | 'credentialIssuer'
> {
  readonly account: Account;
  /** Null: nothing. Else nobody is signed in by it yet: a second factor is to be given, or to be set up first. */
  readonly lacks: 'second_factor' | 'enrolment' | null;
  /** They are let in without a second factor, have none, and may set one up. */
  readonly mayEnrol: boolean;
  /** For a hidden field of a form. Each purpose has its own token: one for `decide` is refused for `sign-out`. */
  csrfToken(purpose: string): string;
  /** In constant time; false for anything that is no string. */
  isCsrfToken(purpose: string, presented: unknown): boolean;
}

export interface SignedIn {
  /** What the cookie holds; hashed at rest. */
  readonly cookieValue: string;
  readonly session: Session;
}

/** For operators, who look through sessions. */
export interface SignedInWhere {
  readonly address: string;
  /** In words. */
  readonly browser: string;
  /** What the cookie of the session before it holds, if this browser has one. */
  readonly formerCookie?: string | undefined;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: nobody is signed in then, and no proof was spent. */
export interface Sessions {
  /** It outlasts every session: when one is over, the database says. */
  readonly cookie: HostCookie;
  /** Spends the proof; null when somebody was quicker, or it is not good any more. */
  start(proof: SignInProof, where?: SignedInWhere): Promise<SignedIn | null>;
  /** A session that lacks something, too: for the pages alone where that is given. */
  begun(cookieValue: string | undefined): Promise<Session | null>;
  /** Null for one that lacks something. Notes that the session was seen, where that is due. */
  find(cookieValue: string | undefined): Promise<Session | null>;
  end(cookieValue: string): Promise<void>;
  /** The same, by whoever is signed in: audited and told. */
  signOut(session: Session, address: string): Promise<void>;
  /** Whether a POST comes from our own page: its `Origin` is ours, and `Sec-Fetch-Site` says so where it is sent. */
  isSameOrigin(headers: OriginHeaders): boolean;
}

export interface SessionsDeps {
  readonly ledger: Pick<IdentityLedger, 'startSession' | 'session' | 'noteSeen' | 'endSession'> &
    SessionBookDeps['ledger'];
  readonly onEvent: (event: IdentityEvent) => void;
  /** Absent: nobody is told. */
  readonly onSessionsEnded?: SessionBookDeps['onEnded'];
  readonly accounts: Accounts;
  /** As it is at the moment. */
  readonly policy: () => IdentityPolicy;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

const COOKIE = 'gate';

export function createSessions(deps: SessionsDeps): Sessions {
  const { ledger, accounts, policy, random, publicUrl, onSessionsEnded = () => undefined } = deps;
  const book = createSessionBook({ ledger, onEnded: onSessionsEnded });
  async function begun(cookieValue: string | undefined): Promise<Session | null> {
    if (!isSecret(cookieValue)) return null;
    const hash = sha256Hex(cookieValue);
    const record = await ledger.session(hash);
    const session = record === null ? null : sessionOf(record, { accounts, policy: policy() });
    if (session !== null && record?.isSeenDue === true) await noteSeen(hash, deps);
    return session;
  }

  return {
    get cookie() {
      return hostCookie(publicUrl, { name: COOKIE, maxAgeSeconds: policy().sessionMaxSeconds });
    },
    isSameOrigin: (headers) => sameOrigin(publicUrl, headers),

    async start(proof, where) {
      const cookieValue = newSecret(random);
      const hash = sha256Hex(cookieValue);
      const record = await ledger.startSession({
        proof,
        hash,
        csrfKey: newSecret(random),
        idleSeconds: policy().sessionIdleSeconds,
        address: where?.address ?? null,
        browser: where?.browser ?? null,
        former: formerOf(where, policy()),
      });
      const session = record === null ? null : sessionOf(record, { accounts, policy: policy() });
      if (session !== null) {
        tellStarted(proof, session, deps);
        return { cookieValue, session };
      }
      if (record !== null) await ledger.endSession(hash); // they left sites.toml since the proof was made
      return null;
    },

    begun,

    async find(cookieValue) {
      const session = await begun(cookieValue);
      return session?.lacks === null ? session : null;
    },

    async end(cookieValue) {
      if (isSecret(cookieValue)) await ledger.endSession(sha256Hex(cookieValue));
    },

    async signOut({ id, account }, address) {
      await book.end({ by: 'id', id, approver: account.id }, { who: account.id, surface: 'page', address });
    },
  };
}

function formerOf(where: SignedInWhere | undefined, { sessionMaxSeconds: maxSeconds }: IdentityPolicy) {
  return isSecret(where?.formerCookie) ? { hash: sha256Hex(where.formerCookie), maxSeconds } : null;
}

/** A session that cannot be noted as seen is one all the same: it ends a little sooner. */
async function noteSeen(hash: string, { ledger, policy }: SessionsDeps): Promise<void> {
  const { sessionIdleSeconds: idleSeconds, sessionMaxSeconds: maxSeconds } = policy();
  try {
    await ledger.noteSeen({ hash, idleSeconds, maxSeconds });
  } catch (error) {
    if (!isLedgerUnavailable(error)) throw error;
  }
}

function tellStarted(proof: SignInProof, { account: { id: account }, lacks }: Session, deps: SessionsDeps): void {
  deps.onEvent({ event: 'auth_gate.signed_in', account, how: proof.kind, surface: 'page', lacks });
  if (proof.kind === 'recovery_code') deps.onEvent({ event: 'auth_gate.recovery_code_used', account });
}

/** Whose account is gone has no session, however long it would have run. */
export function sessionOf(
  record: SessionRecord,
  { accounts, policy }: { readonly accounts: Accounts; readonly policy: IdentityPolicy },
): Session | null {
  const account = accounts.find(record.account, record.kept);
  if (account === null) return null;
  const { id, csrfKey, untilMs, authenticatedAtMs, signedInBy, credentialIssuer } = record;
  return {
    id,
    account,
    untilMs,
    authenticatedAtMs,
    signedInBy,
    credentialIssuer,
    lacks: lackedFactor(record, policy),
    mayEnrol: mayEnrol(record, policy),
    csrfToken: (purpose) => formToken(csrfKey, purpose),
    isCsrfToken: (purpose, presented) => isFormToken(csrfKey, purpose, presented),
  };
}
