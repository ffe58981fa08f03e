/**
 * Who is signed in. Today the only way in is a one-time link that an operator hands to an approver. Sign-in providers and
 * second factors would end in the same place: a session of an approver, made by one ledger verb.
 *
 *   link: made ──consume, within 10 min──▶ used, a session in the same commit
 *   session: live ──12 h, signed out, or its approver left sites.toml──▶ over
 *
 * Secrets are hashed at rest. Peeking changes nothing, so that a mail scanner that follows the link does not spend it.
 */
import type { ApproverId } from '../approval/brand.js';
import { normalLinkCode } from '../approval/link-code.js';
import type { Directory } from '../approval/site.js';
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import { sha256Hex } from '../base/digest.js';
import type { ChatAccount, IdentityLedger, SessionRecord } from '../contract/ledger.js';
import { formToken, isFormToken } from './form-token.js';
import { sameOrigin, type OriginHeaders } from './same-origin.js';
import { sessionCookie, type SessionCookie } from './session-cookie.js';

export interface Session {
  readonly approver: ApproverId;
  readonly untilMs: number;
  /** For a hidden field of a form. Each purpose has its own token: one for `decide` is refused for `sign-out`. */
  csrfToken(purpose: string): string;
  /** In constant time; false for anything that is no string. */
  isCsrfToken(purpose: string, presented: unknown): boolean;
}

export interface SignInLink {
  readonly url: string;
  /** What the link carries: 256 random bits in hex. */
  readonly secret: string;
  readonly expiresAtMs: number;
}

export interface SignedIn {
  /** What the cookie holds; hashed at rest. */
  readonly cookieValue: string;
  readonly session: Session;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: nobody is signed in then, and no link was spent. */
export interface Identity {
  readonly cookie: SessionCookie;
  /** Null when nobody in sites.toml has this handle. */
  signInLink(approver: string, operator: string): Promise<SignInLink | null>;
  /** Whom the link would sign in; changes nothing. */
  peek(secret: string): Promise<ApproverId | null>;
  /** Spends the link; null when it is unknown, used, too old, or for somebody who is no approver any more. */
  consume(secret: string): Promise<SignedIn | null>;
  session(cookieValue: string | undefined): Promise<Session | null>;
  end(cookieValue: string): Promise<void>;
  /** Whose account the code of `/gate link` would bind, however it is typed; changes nothing. */
  peekLinkCode(typed: string): Promise<ChatAccount | null>;
  /** Whether a POST comes from our own page: its `Origin` is ours, and `Sec-Fetch-Site` says so where it is sent. */
  isSameOrigin(headers: OriginHeaders): boolean;
}

export interface IdentityParts {
  readonly ledger: IdentityLedger;
  readonly directory: () => Directory;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

/** A link is meant to be used at once. The page and the CLI tell its reader of the ten minutes. */
export const LINK_TTL_SECONDS = 600;
/** A working day: an approver signs in once in the morning. */
const SESSION_TTL_SECONDS = 43_200;
const SECRET_BYTES = 32;
const SECRET = /^[0-9a-f]{64}$/;

export function createIdentity(parts: IdentityParts): Identity {
  const { ledger, directory, clock, chance, publicUrl } = parts;
  return {
    cookie: sessionCookie(publicUrl, SESSION_TTL_SECONDS),
    isSameOrigin: (headers) => sameOrigin(publicUrl, headers),

    async signInLink(approver, operator) {
      const known = directory().approvers.get(approver as ApproverId);
      if (known === undefined) return null;
      const secret = chance.hex(SECRET_BYTES);
      const audit = {
        who: `operator:${operator}`,
        what: 'sign_in_link',
        surface: 'cli',
        site: null,
        address: null,
        detail: { approver: known.id },
      };
      await ledger.addSignInLink({ hash: sha256Hex(secret), approver: known.id, ttlSeconds: LINK_TTL_SECONDS }, audit);
      return {
        url: `${publicUrl}/sign-in/${secret}`,
        secret,
        expiresAtMs: clock.nowMs() + LINK_TTL_SECONDS * 1_000,
      };
    },

    async peek(secret) {
      if (!SECRET.test(secret)) return null;
      const approver = await ledger.peekSignInLink(sha256Hex(secret));
      return approver !== null && directory().approvers.has(approver) ? approver : null;
    },

    async consume(secret) {
      if (!SECRET.test(secret)) return null;
      const cookieValue = chance.hex(SECRET_BYTES);
      const record = await ledger.signIn({
        linkHash: sha256Hex(secret),
        sessionHash: sha256Hex(cookieValue),
        csrfKey: chance.hex(SECRET_BYTES),
        ttlSeconds: SESSION_TTL_SECONDS,
      });
      const session = record === null ? null : sessionOf(record, directory());
      return session === null ? null : { cookieValue, session };
    },

    async session(cookieValue) {
      if (cookieValue === undefined || !SECRET.test(cookieValue)) return null;
      const record = await ledger.session(sha256Hex(cookieValue));
      return record === null ? null : sessionOf(record, directory());
    },

    async end(cookieValue) {
      if (SECRET.test(cookieValue)) await ledger.endSession(sha256Hex(cookieValue));
    },

    async peekLinkCode(typed) {
      const code = normalLinkCode(typed);
      return code === null ? null : ledger.peekLinkCode(sha256Hex(code));
    },
  };
}

/** An approver who left sites.toml has no session, however long it would have run. */
function sessionOf(record: SessionRecord, directory: Directory): Session | null {
  if (!directory.approvers.has(record.approver)) return null;
  return {
    approver: record.approver,
    untilMs: record.untilMs,
    csrfToken: (purpose) => formToken(record.csrfKey, purpose),
    isCsrfToken: (purpose, presented) => isFormToken(record.csrfKey, purpose, presented),
  };
}
