/** Sessions and sign-in links. */
import type { AccountId, ApproverId } from '../approval/brand.js';
import type { ChatUser } from '../approval/request.js';
import type { SignedInBy } from '../approval/signed-in-by.js';
import type { AccountLedger, CredentialFacts, CredentialKey, KeptAccount } from './account-ledger.js';
import type { AttemptLimit } from './attempt-limit.js';
import type { AuditEntry } from './audit-ledger.js';
import type { EnrolmentLedger } from './enrolment-ledger.js';
import type { QueuedMessage } from './message.js';
import type { Repeated, ReplayKey } from './replay.js';

/** What proves who somebody is. It is spent in the commit in which a session starts. Hashes are of what only they can know. */
export type SignInProof =
  /** A link that an operator made. */
  | { readonly kind: 'sign_in_link'; readonly hash: string }
  /** A link that an operator made as they reset the account's factors. */
  | { readonly kind: 'enrolment'; readonly hash: string }
  /** A link that was mailed, in the browser that asked for it. */
  | { readonly kind: 'mailed_link'; readonly hash: string; readonly browser: string }
  /** The number that was shown where such a link was opened elsewhere, typed in the browser that asked. */
  | { readonly kind: 'mailed_number'; readonly numberHash: string; readonly browser: string }
  /** A credential that a provider vouched for just now. */
  | ({ readonly kind: 'credential'; readonly facts: CredentialFacts } & CredentialKey)
  /** What a passkey of the account signed, and how far it has counted with it. */
  | {
      readonly kind: 'passkey';
      readonly challenge: HeldChallenge;
      readonly id: string;
      readonly account: AccountId;
      readonly counter: number;
    }
  /** The number of an authenticator app in this step of 30 s, for whoever has given a first factor. */
  | { readonly kind: 'totp'; readonly challenge: HeldChallenge; readonly account: AccountId; readonly step: number }
  /** A recovery code, for the same. */
  | {
      readonly kind: 'recovery_code';
      readonly challenge: HeldChallenge;
      readonly account: AccountId;
      readonly hash: string;
    };

/**
 * What proves anew that it is they who approve. It is spent in the commit of the approval; what was asked for another request or another
 * time proves nothing.
 */
export type ApprovalProof =
  | Extract<SignInProof, { readonly kind: 'passkey' | 'totp' | 'recovery_code' }>
  /** That the session began just now, for an account that has no factor. Good for one approval. */
  | {
      readonly kind: 'sign_in';
      readonly account: AccountId;
      /** Hash that names the session. */
      readonly session: string;
      /** Hash under which it is kept that this sign-in was used. */
      readonly mark: string;
    };

/** Names a challenge and the browser that holds it; both are hashes. */
export interface HeldChallenge {
  readonly hash: string;
  readonly holder: string;
}

/** A link that was mailed, as long as it may be used. */
export interface MailedLink {
  readonly account: AccountId;
  /** Hash of what the browser that asked holds. */
  readonly browser: string;
  /** Hash of where the mail went. */
  readonly mailbox: string;
  readonly askedAtMs: number;
  readonly address: string;
  /** The browser in words. */
  readonly askedBy: string;
}

export interface SessionRecord {
  /** As in `SessionLine`. */
  readonly id: string;
  readonly account: AccountId;
  /** Null: nothing is kept of the account beside sites.toml. */
  readonly kept: KeptAccount | null;
  readonly csrfKey: string;
  /** Its end, unless it is seen again before. */
  readonly untilMs: number;
  /** When whoever is signed in last proved who they are. Null, as the next, where a version of before began it. */
  readonly authenticatedAtMs: number | null;
  readonly signedInBy: SignedInBy | null;
  /** Of the provider that it was begun at; null: it was begun by something else. */
  readonly credentialIssuer: string | null;
  /** Whether the account has a passkey or an authenticator app, by which more can be asked of it. */
  readonly hasFactors: boolean;
  /** Whether it is time to note that it was seen. */
  readonly isSeenDue: boolean;
}

/** A live session as operators see it. */
export interface SessionLine {
  /** The beginning of the hash of what the cookie holds: it names the session and opens nothing. */
  readonly id: string;
  readonly approver: ApproverId;
  /** Its end, unless it is seen again before. */
  readonly untilMs: number;
  /** Null, as all that follow, where a version of before began it. */
  readonly createdAtMs: number | null;
  readonly address: string | null;
  /** In words. */
  readonly browser: string | null;
  readonly signedInBy: SignedInBy | null;
  /** To a few minutes. */
  readonly seenAtMs: number | null;
}

/** Which sessions: one, an approver's, or every one. */
export type WhichSessions =
  /** `approver`: only where it is theirs. */
  | { readonly by: 'id'; readonly id: string; readonly approver?: string }
  /** `but`: not this one. */
  | { readonly by: 'approver'; readonly approver: string; readonly but?: string }
  | { readonly by: 'all' };

export type ChatAccount = Pick<ChatUser, 'channel' | 'workspace' | 'subject'>;

/** A chat account that speaks for an approver by `/gate link`; one that speaks for several is there once for each. */
export interface BoundAccount extends ChatAccount {
  readonly approver: ApproverId;
  readonly linkedAtMs: number;
}

export interface IdentityLedger extends AccountLedger, EnrolmentLedger {
  /** Hashes are SHA-256 in hex; the secrets themselves never reach the ledger. */
  /**
   * Kills the account's older links that are not used yet, of enrolment, too. `resetsFactors`: with it go, in the same
   * commit, all by which the account could prove itself a second time, and its sessions.
   */
  addSignInLink(
    input: {
      readonly hash: string;
      readonly account: AccountId;
      readonly ttlSeconds: number;
      readonly resetsFactors?: boolean;
    },
    audit: AuditEntry,
  ): Promise<void>;
  /** Whether the link would still be accepted; changes nothing. */
  peekSignInLink(hash: string): Promise<AccountId | null>;
  /** Counts one attempt, for all processes. False: none is left, and nothing was counted. */
  takeAttempt(limit: AttemptLimit): Promise<boolean>;
  /** From where there are sessions of these accounts, over or not, as long as their rows are kept; each place once an account. */
  signedInFrom(
    accounts: readonly AccountId[],
  ): Promise<readonly { readonly account: AccountId; readonly address: string }[]>;
  /**
   * Writes links and queues their mails, in one commit. Of each link all `limits` are taken, in their order; where one has had enough
   * there is no link. Answers the accounts that got one.
   */
  mailSignInLinks(
    input: {
      readonly browser: string;
      readonly address: string;
      readonly askedBy: string;
      readonly ttlSeconds: number;
      readonly links: readonly {
        readonly hash: string;
        readonly account: AccountId;
        /** Hash of where the mail goes: a link is for whoever reads that mailbox, as long as it is the account's. */
        readonly mailbox: string;
        readonly limits: readonly AttemptLimit[];
        readonly mail: QueuedMessage;
      }[];
    },
    audit: AuditEntry,
  ): Promise<readonly AccountId[]>;
  /** Whether the link would still be accepted; changes nothing. */
  peekMailedLink(hash: string): Promise<MailedLink | null>;
  /** The link can be used by this number from now on, and by no number before it. False: not any more. */
  showNumber(input: { readonly hash: string; readonly numberHash: string }): Promise<boolean>;
  /**
   * Spends the proof and makes the session in one commit; null when it is unknown, used, too old, not the newest, of another browser, or
   * a number of which too many were tried, when its account is disabled, or is to be signed in to by an enrolment link first, and when
   * the session is over of which a number or a recovery code was asked.
   */
  startSession(input: {
    readonly proof: SignInProof;
    /** Of what the cookie holds. */
    readonly hash: string;
    readonly csrfKey: string;
    /** It ends then, unless it is seen before. */
    readonly idleSeconds: number;
    /** Where it was begun: the client's address and its browser in words. */
    readonly address: string | null;
    readonly browser: string | null;
    /**
     * The session that this browser had. A second factor of its account goes on with the credential that it was begun by, where the
     * provider vouched for that within `maxSeconds`.
     */
    readonly former?: { readonly hash: string; readonly maxSeconds: number } | null;
  }): Promise<SessionRecord | null>;
  /** Changes nothing. */
  session(hash: string): Promise<SessionRecord | null>;
  /**
   * Notes that a live session was seen, where that is due: its end moves to `idleSeconds` from now, and at most to `maxSeconds` from
   * its beginning. One that a version of before began keeps its end.
   */
  noteSeen(input: { readonly hash: string; readonly idleSeconds: number; readonly maxSeconds: number }): Promise<void>;
  endSession(hash: string): Promise<void>;
  /** The live ones, of this approver or of everybody, newest first, at most `limit`. */
  sessions(input: { readonly approver: string | null; readonly limit: number }): Promise<readonly SessionLine[]>;
  /**
   * Ends them for every process, and the mailed links that are not used yet of whoever is named, or of all; answers
   * which sessions lived. The audit gets an entry for each approver among them, and none for none.
   */
  endSessions(which: WhichSessions, audit: AuditEntry): Promise<readonly SessionLine[]>;
  /** Ends, for every process, those that were begun with this credential, and takes the replay key, in one commit. Audited as above. */
  endSessionsOfCredential(
    which: CredentialKey & { readonly replay: ReplayKey },
    audit: AuditEntry,
  ): Promise<{ readonly kind: 'ended'; readonly sessions: readonly SessionLine[] } | Repeated>;

  /** A code by which a signed-in approver binds this chat account; it replaces an older one of the same account. */
  addLinkCode(
    input: ChatAccount & { readonly hash: string; readonly ttlSeconds: number; readonly replayKey: ReplayKey },
    audit: AuditEntry,
  ): Promise<Repeated | null>;
  /** Whose account the code would bind, if it would still be accepted; changes nothing. */
  peekLinkCode(hash: string): Promise<ChatAccount | null>;
  /** Spends the code and binds the account, in one commit; null when the code is unknown, used or too old. */
  link(input: { readonly hash: string; readonly approver: ApproverId }, audit: AuditEntry): Promise<ChatAccount | null>;
  /** Unbinds the account from everybody, or from `approver` alone where given. False: it was not bound so. */
  unlink(
    input: ChatAccount & { readonly approver?: ApproverId; readonly replayKey: ReplayKey },
    audit: AuditEntry,
  ): Promise<boolean | Repeated>;
  /** The approvers who bound this account. */
  linksOf(account: ChatAccount): Promise<readonly ApproverId[]>;
  /** The accounts bound to this approver, whatever sites.toml says of them; null: to anybody. By approver, then by account. */
  accountsOf(approver: ApproverId | null): Promise<readonly BoundAccount[]>;
}
