/**
 * One sentence per answer to a tap, the same on every surface: card replies, confirm page, CLI. Typed on the shape of
 * the desk's answers. Handles, addresses and hosts may be untrusted text: a dialect escapes what it draws.
 */
import type { RefusedBecause } from './authority.js';
import { outcomeSentence, surfaceInWords } from './card-view.js';
import type { Decision, Outcome, RequestRecord } from './request.js';

/** What a tap may come to; the desk's `TapAnswer` has this shape. */
export type TapResult =
  | { readonly kind: 'decided' | 'already' | 'expired'; readonly request: RequestRecord; readonly decision: Decision }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] }
  | { readonly kind: 'forbidden'; readonly why: RefusedBecause }
  | { readonly kind: 'unavailable' };

export const UNKNOWN_SENTENCE = 'There is no such request.';
export const UNAVAILABLE_SENTENCE =
  'Nothing changed, as far as the gate knows: it cannot reach its database. Try again.';
export const EXPIRED_SENTENCE = 'Expired: nobody answered in time; this is not a refusal.';

/** `Approved. 203.0.113.7 may visit stg.example.org until 2026-05-02 14:30 UTC.` */
export function tapSentence(answer: TapResult): string {
  switch (answer.kind) {
    case 'decided':
      return decidedSentence(answer.request, answer.decision);
    case 'already':
      return alreadySentence(answer.decision);
    case 'expired':
      return EXPIRED_SENTENCE;
    case 'unknown':
      return UNKNOWN_SENTENCE;
    case 'ambiguous':
      return `More than one request begins so: ${answer.ids.join(', ')}. Type more of it.`;
    case 'forbidden':
      return refusalSentence(answer.why);
    case 'unavailable':
      return UNAVAILABLE_SENTENCE;
  }
}

/** Why this person may not: a closed list, so that no surface invents its own words. */
export function refusalSentence(why: RefusedBecause): string {
  switch (why) {
    case 'not_an_approver_of_this_site':
      return 'You may not decide here: you are not an approver of this site.';
    case 'chat_user_not_linked':
      return 'You may not decide here: no approver is known by this chat account. Bind it by /gate link, or have an operator add its address.';
    case 'chat_user_linked_to_several':
      return 'You may not decide here: several approvers share this chat account. An operator has to give each their own.';
    case 'not_an_operator':
      return 'Only an operator may do this.';
    case 'foreign_workspace':
      return 'You may not decide here: this account belongs to another workspace.';
    case 'chat_user_is_guest':
      return 'You may not decide here: guests of a workspace decide nothing.';
    case 'chat_user_is_deactivated':
      return 'You may not decide here: this account is deactivated.';
    case 'channel_may_not_approve':
      return 'Over this channel a visitor of this site can be refused, not let in. Open the request in a browser to approve it.';
    case 'channel_may_not_decide':
      return 'Over this channel nothing is decided for this site. Open the request in a browser.';
  }
}

/** `Reason (for approvers alone): a scanner`; null where nothing was said. */
export function denialSentence({ denial }: Decision): string | null {
  if (denial === undefined) return null;
  return `Reason (${denial.isShared ? 'the visitor reads it, too' : 'for approvers alone'}): ${denial.reason}`;
}

/** How a delivery stands; the ledger's `DeliveryRecord` has this shape. */
export interface DeliveryStanding {
  readonly state: 'queued' | 'sending' | 'sent' | 'retry_wait' | 'failed' | 'cancelled';
  /** Zero until something was delivered. */
  readonly drawnRevision: number;
  /** A short stable code of ours. */
  readonly lastReason: string | null;
  readonly isMaybeDuplicate: boolean;
  /** The card was deleted or can no longer be edited, and the new message that says so has not gone out yet. */
  readonly isCardLost: boolean;
}

/**
 * `delivered`, `not delivered (smtp_550)`, `not sent: the request was withdrawn first`. A failed delivery never reads
 * like a refusal, a withdrawal or an expiry.
 */
export function deliverySentence(delivery: DeliveryStanding, outcome: Outcome | null): string {
  const why = delivery.lastReason === null ? '' : ` (${delivery.lastReason})`;
  const words = standingInWords(delivery, why, outcome);
  return delivery.isMaybeDuplicate ? `${words}, perhaps twice` : words;
}

function standingInWords(delivery: DeliveryStanding, why: string, outcome: Outcome | null): string {
  if (delivery.isCardLost) return followingInWords(delivery, why);
  return delivery.drawnRevision > 0 ? redrawingInWords(delivery, why) : sendingInWords(delivery, why, outcome);
}

/** A card that was delivered but is gone or can no longer be edited: a new message has to say how the request stands. */
function followingInWords({ state }: DeliveryStanding, why: string): string {
  const gone = `delivered, can be edited no more${why}`;
  return state === 'failed' ? `${gone}, and no new message could tell` : `${gone}, a new message will tell`;
}

function sendingInWords({ state }: DeliveryStanding, why: string, outcome: Outcome | null): string {
  switch (state) {
    case 'queued':
      return `waits to be sent${why}`;
    case 'sending':
      return 'is being sent';
    case 'sent':
      return 'delivered';
    case 'retry_wait':
      return `not delivered yet${why}, will be tried again`;
    case 'failed':
      return `not delivered${why}`;
    case 'cancelled':
      return `not sent: ${cancelledInWords(outcome)}`;
  }
}

/** A card that was delivered: whether it shows the newest revision. */
function redrawingInWords({ state }: DeliveryStanding, why: string): string {
  switch (state) {
    case 'queued':
      return `delivered, waits to be redrawn${why}`;
    case 'sending':
      return 'delivered, is being redrawn';
    case 'sent':
    case 'cancelled':
      return 'delivered';
    case 'retry_wait':
      return `delivered, not redrawn yet${why}, will be tried again`;
    case 'failed':
      return `delivered, could not be redrawn${why}`;
  }
}

function cancelledInWords(outcome: Outcome | null): string {
  switch (outcome) {
    case 'approved':
    case 'denied':
      return `the request was ${outcome} first`;
    case 'expired':
      return 'the request expired first';
    case 'withdrawn':
      return 'the request was withdrawn first';
    case null:
      return 'it is not wanted any more';
  }
}

/** `2026-05-02 14:30 UTC`: always UTC, so that people in different places read the same time. */
export function utcMinute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function decidedSentence(request: RequestRecord, decision: Decision): string {
  if (decision.outcome === 'denied') return `Denied. ${request.address} may not visit ${request.host}.`;
  if (decision.grantedUntilMs === null)
    return `Approved. ${request.producer} will let ${request.address} visit ${request.host}.`;
  return `Approved. ${request.address} may visit ${request.host} until ${utcMinute(decision.grantedUntilMs)}.`;
}

/** `Already denied by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC.` */
function alreadySentence(decision: Decision): string {
  const at = utcMinute(decision.atMs);
  switch (decision.outcome) {
    case 'approved':
    case 'denied':
      return `Already ${decision.outcome} by ${decision.by} over ${surfaceInWords(decision.over)} at ${at}.`;
    case 'withdrawn':
      return `${outcomeSentence(decision)} at ${at}. Nothing is left to decide.`;
    case 'expired':
      return EXPIRED_SENTENCE;
  }
}
