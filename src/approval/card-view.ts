/** The card view: what an approver sees, for every channel alike. Dialects in `cards/` draw it and get nothing besides it. */
import type { RequestId, Token } from './brand.js';
import type { Decision, Environment, Outcome, RequestRecord } from './request.js';
import type { ChannelMay, ChannelPolicy } from './site.js';
import { durationInWords } from './duration.js';
import { cappedTtlSeconds, offeredTtlsSeconds } from './policy.js';

export interface CardView {
  readonly requestId: RequestId;
  /** Rises with every change of what the card must show. A lower revision never overwrites a higher one. */
  readonly revision: number;
  readonly host: string;
  readonly environment: Environment;
  readonly path: string;
  readonly address: string;
  readonly country: string | null;
  readonly browser: string;
  /** Raw and untrusted, for consumers of the RFC's payload; a card shows `browser`. */
  readonly userAgent: string;
  /** Who had signed in when they asked, in words of strangers. Absent: nobody. */
  readonly person?: string;
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  /** The reader's own zone, for a channel that cannot ask the reader's device. Absent: not known, so UTC. */
  readonly timeZone?: string;
  readonly state: CardState;
}

export type CardState =
  | {
      readonly kind: 'pending';
      readonly token: Token;
      readonly confirmUrl: string;
      /** `24 h`, `7 days`: what Approve promises. Empty where no grant is written. */
      readonly approveFor: string;
      /** What the card's channel may do for the site: a card never shows a button that would be refused. */
      readonly may: ChannelMay;
      /** Durations a menu offers, in seconds, shortest first; the last is what Approve gives. Empty where no grant is written. */
      readonly ttlsSeconds: readonly number[];
    }
  | ({
      readonly kind: 'decided';
      /** Whether the grant still runs and may be ended over this channel: the card then offers Revoke. */
      readonly isRevocable: boolean;
    } & Decision)
  /** A harmless test card (`/gate drill`): it shows no visitor and offers nothing to decide. */
  | { readonly kind: 'drill'; readonly sentBy: string; readonly isOver: boolean };

/** What a view needs besides the request. */
export interface CardCircumstances {
  /** Null once the request has an outcome: it is erased then. */
  readonly token: Token | null;
  readonly confirmUrl: string;
  /** How far the site trusts the channel that the card is drawn for. */
  readonly policy: ChannelPolicy;
  readonly nowMs: number;
  /** Of the one approver whom the card is for. */
  readonly timeZone?: string | undefined;
}

/** Draws the view of a request for one channel. */
export function cardView(request: RequestRecord, circumstances: CardCircumstances): CardView {
  const { token, confirmUrl, policy, nowMs, timeZone } = circumstances;
  const facts = {
    requestId: request.id,
    revision: request.revision,
    host: request.host,
    environment: request.environment,
    path: request.path,
    address: request.address,
    country: request.country,
    browser: request.browser,
    userAgent: request.userAgent,
    openedAtMs: request.openedAtMs,
    deadlineAtMs: request.deadlineAtMs,
    ...(request.person === undefined ? {} : { person: request.person }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const { decision } = request;
  if (decision !== null) {
    const isLive = decision.revocation === undefined && (decision.grantedUntilMs ?? 0) > nowMs;
    return { ...facts, state: { kind: 'decided', isRevocable: isLive && policy.may !== 'link_only', ...decision } };
  }
  if (token === null) throw new Error('a pending request has its token');
  const { may } = policy;
  const ttlsSeconds =
    request.grantTtlSeconds > 0
      ? offeredTtlsSeconds(cappedTtlSeconds(policy.maxGrantTtlSeconds, request.grantTtlSeconds))
      : [];
  const longest = ttlsSeconds.at(-1);
  const approveFor = longest === undefined ? '' : durationInWords(longest);
  return { ...facts, state: { kind: 'pending', token, confirmUrl, approveFor, may, ttlsSeconds } };
}

const DRILL_LASTS_MS = 60_000;

/** A test card. `isOver`: how it looks once it has been redrawn. */
export function drillView(drill: {
  readonly id: RequestId;
  readonly sentBy: string;
  readonly nowMs: number;
  readonly isOver: boolean;
}): CardView {
  return {
    requestId: drill.id,
    revision: drill.isOver ? 2 : 1,
    host: 'drill',
    environment: 'dev',
    path: '',
    address: '',
    country: null,
    browser: '',
    userAgent: '',
    openedAtMs: drill.nowMs,
    deadlineAtMs: drill.nowMs + DRILL_LASTS_MS,
    state: { kind: 'drill', sentBy: drill.sentBy, isOver: drill.isOver },
  };
}

/** `Drill: nothing to decide. Sent by rpm@koder.dev`, the same on every surface. */
export function drillSentence({ sentBy, isOver }: Extract<CardState, { kind: 'drill' }>): string {
  return isOver
    ? `Drill over: this card was redrawn. Sent by ${sentBy}`
    : `Drill: nothing to decide. Sent by ${sentBy}`;
}

/** How a decided request stands today, for a card's title: an approval that was taken back is `revoked`. */
export function requestStatus({ outcome, revocation }: Pick<Decision, 'outcome' | 'revocation'>): RequestStatus {
  return revocation === undefined ? outcome : 'revoked';
}

export type RequestStatus = Outcome | 'revoked';

/** One sentence for the outcome, the same on every surface: `Approved by rpm@koder.dev over Talk`. */
export function outcomeSentence(decision: Decision): string {
  switch (decision.outcome) {
    case 'approved':
      return `Approved by ${decision.by} over ${surfaceInWords(decision.over)}`;
    case 'denied':
      return `Denied by ${decision.by} over ${surfaceInWords(decision.over)}`;
    case 'expired':
      return 'Expired: nobody answered in time. This is not a refusal';
    case 'withdrawn':
      return `Withdrawn by ${decision.by}`;
  }
}

/** `Revoked by ada@koder.dev`; null where nobody ended the grant early. */
export function revocationSentence({ revocation }: Decision): string | null {
  return revocation === undefined ? null : `Revoked by ${revocation.by}`;
}

/** A surface's name for people. A channel's is made from its identifier, so a new one needs no entry: `koder_id` is `Koder Id`. */
export function surfaceInWords(surface: string): string {
  if (surface === 'page') return 'the confirm page';
  if (surface === 'admin_page') return 'the admin pages';
  if (surface === 'cli') return 'the CLI';
  return surface
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
