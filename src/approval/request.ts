/**
 * An approval request: one question, answered once.
 *
 *   pending ──decide──▶ approved | denied
 *   pending ──deadline passes──▶ expired
 *   pending ──producer withdraws──▶ withdrawn
 *
 * The four outcomes are final and never mistaken for one another: nobody answering is not a refusal.
 */
import type { ApproverId, RequestId, SiteKey, StatusId, VisitorAddress } from './brand.js';

export type Environment = 'dev' | 'stg' | 'prd';

export type Outcome = 'approved' | 'denied' | 'expired' | 'withdrawn';

/** Who acts. A chat user is only who the platform says; the desk maps it to an approver or refuses. */
export type Actor =
  | {
      readonly kind: 'approver';
      readonly approver: ApproverId;
      /** Whether they signed in by two factors. Absent: not known, so no. */
      readonly isWithASecond?: boolean;
    }
  | ChatUser
  | {
      readonly kind: 'operator';
      readonly name: string;
      /** Of one who is signed in on our pages: whether by two factors. Absent: not known, so no. */
      readonly isWithASecond?: boolean;
    }
  | { readonly kind: 'producer'; readonly name: string }
  | { readonly kind: 'clock' };

/** An account of a chat platform, as the platform proves it. */
export interface ChatUser {
  readonly kind: 'chat';
  readonly channel: string;
  readonly workspace: string;
  readonly subject: string;
  /** What the platform says of this account for which it may do nothing, whoever it belongs to. Absent: nothing. */
  readonly barredBecause?: BarredBecause;
  /**
   * Of an account that is somebody's session at this gate, as in the embedded Talk: whether they signed in by two factors. Absent: that
   * is the platform's own business.
   */
  readonly isWithASecond?: boolean;
  /** Approvers who bound this account by `/gate link`. Filled in by the desk, whatever an inbound says. */
  readonly linked?: readonly ApproverId[];
}

export type BarredBecause = 'foreign_workspace' | 'chat_user_is_guest' | 'chat_user_is_deactivated';

/** What the visitor asked for, as facts. Times are epoch milliseconds by the database's clock. */
export interface RequestRecord {
  readonly id: RequestId;
  readonly statusId: StatusId;
  /** The token's first 8 digits. Logs and events may carry these and no more of it. */
  readonly tokenPrefix: string;
  /** `gate` for our own gate, otherwise the producer's name. */
  readonly producer: string;
  /** The site's key; null when a producer asks for a host that is not one of our sites. */
  readonly site: SiteKey | null;
  readonly host: string;
  readonly environment: Environment;
  /** Path and query first asked for, at most 2,048 characters. */
  readonly path: string;
  readonly address: VisitorAddress;
  /** ISO 3166-1 alpha-2, or null when unknown. */
  readonly country: string | null;
  /** The visitor's browser in words: `Chrome 148 on Linux`. */
  readonly browser: string;
  /** What the browser calls itself, untrusted, at most 512 characters. For consumers of the RFC's payload only; people read `browser`. */
  readonly userAgent: string;
  /** Who had signed in when they asked: `Ana Souza (ana@example.org, Koder ID)`, at most 160 characters. A claim. Absent: nobody. */
  readonly person?: string;
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  /** How long an approval lets the visitor in. Zero: no grant is written (a producer's own host). */
  readonly grantTtlSeconds: number;
  /** The producer's own confirm page, kept; shown only where its table says `confirm = "theirs"`. */
  readonly theirConfirmUrl: string | null;
  readonly revision: number;
  readonly decision: Decision | null;
  /** Every card's first attempt failed and none was delivered since. Absent: somebody was reached, or may still be. */
  readonly isNobodyReached?: true;
}

/** How a request ended. `by` is what cards and pages show: an approver's handle, `operator:<name>`, a producer's name. */
export interface Decision {
  readonly outcome: Outcome;
  readonly by: string;
  /** The surface the first accepted tap came over: a channel's name, `page`, `cli`, or `clock` for an expiry. */
  readonly over: string;
  readonly atMs: number;
  /** Until when the visitor may pass, for an approval that wrote a grant. An extension moves it. */
  readonly grantedUntilMs: number | null;
  /** Why it was denied, in the approver's words, at most 300 characters. Absent where nothing was said. */
  readonly denial?: Denial;
  /** Who ended the grant before its time. Absent while it runs, or ran to its end. */
  readonly revocation?: Revocation;
}

export interface Denial {
  readonly reason: string;
  /** Whether the visitor is shown it as well as approvers. */
  readonly isShared: boolean;
}

export interface Revocation {
  readonly by: string;
  readonly atMs: number;
}

/** A grant by which the address of a denied request may pass all the same: a denial ends none. */
export interface Passing {
  /** The grant's number. */
  readonly grant: number;
  readonly untilMs: number;
}

/** What somebody pressed who came second. */
export interface Pressed {
  readonly verdict: 'approve' | 'deny';
  /** The same person had decided the request before, by whatever surface. */
  readonly isOwn: boolean;
}

/** Bounds of a reason: a sentence or two. */
export const MAX_REASON_CODE_POINTS = 300;
