/** From a claim to the call that carries it out: opens the token's seal, draws the card, picks notify or update. */
import { cardView } from '../../approval/card-view.js';
import { confirmUrl } from '../../approval/confirm-url.js';
import { policyOfRequest, type Directory } from '../../approval/site.js';
import type { Claim, RequestClaim } from '../../contract/ledger.js';
import type { Answer, Notice, Notifier, Receipt } from '../../contract/notifier.js';
import type { OpenToken } from './token-opener.js';

export type Drawn =
  | { readonly kind: 'call'; readonly revision: number; readonly call: (signal: AbortSignal) => Promise<Answer> }
  /** On a channel that never redraws, a card counts as showing every later revision. */
  | { readonly kind: 'nothing_to_redraw'; readonly receipt: Receipt; readonly revision: number }
  /** The request was decided before its card went out, so nobody is asked any more. */
  | { readonly kind: 'too_late' }
  | { readonly kind: 'impossible'; readonly reason: Undrawn };

type Undrawn =
  'token_unreadable' | 'receipt_missing' | 'undrawable' | 'payload_unreadable' | 'suppressed' | 'kind_not_carried';

export interface DrawDeps {
  readonly openToken: OpenToken;
  readonly directory: () => Directory;
  readonly publicUrl: string;
  readonly nowMs: () => number;
}

export function draw(claim: RequestClaim, notifier: Notifier, deps: DrawDeps): Drawn {
  const { request, recipient } = claim;
  const isAnswered = claim.task === 'notify' && request.decision !== null && recipient.kind !== 'callback';
  if (isAnswered && (!claim.isMaybeThere || notifier.updates === 'none')) return { kind: 'too_late' };
  const isTokenNeeded = request.decision === null || recipient.kind === 'callback';
  const token = isTokenNeeded ? deps.openToken(claim) : null;
  if (isTokenNeeded && token === null) return { kind: 'impossible', reason: 'token_unreadable' };
  const link =
    token === null ? '' : confirmUrl(request, token, { directory: deps.directory(), publicUrl: deps.publicUrl });
  const notice: Notice = {
    deliveryId: claim.deliveryId,
    attempt: attemptOf(claim),
    channel: claim.channel,
    recipient,
    card: cardView(request, {
      token,
      confirmUrl: link,
      policy: policyOfRequest(deps.directory(), request, claim.channel),
      nowMs: deps.nowMs(),
      timeZone:
        recipient.kind === 'approver' ? deps.directory().approvers.get(recipient.approver)?.timeZone : undefined,
    }),
    ...(claim.route === undefined ? {} : { route: claim.route }),
    ...(claim.isMaybeThere ? { isMaybeThere: true } : {}),
    ...(recipient.kind === 'callback' && token !== null ? { producerToken: token } : {}),
  };
  if (isAnswered) return asFinding(notice, notifier);
  if (claim.task === 'notify') return asNotify(notice, notifier);
  return asUpdate({ notice, receipt: claim.receipt, isFollowUp: claim.task === 'follow_up' }, notifier);
}

/** 1 for the first alone, counted or not: what an earlier one left is looked for. */
export function attemptOf({ attempt, isAgain }: Pick<Claim, 'attempt' | 'isAgain'>): number {
  return isAgain === true ? attempt + 1 : attempt;
}

function asNotify(notice: Notice, notifier: Notifier): Extract<Drawn, { kind: 'call' }> {
  return { kind: 'call', revision: notice.card.revision, call: (signal) => notifier.notify(notice, signal) };
}

/**
 * Finds the card by its idempotency key or the channel's search, or posts it in its final form. A message that the platform
 * already had may show an older revision, so nothing counts as drawn and an edit follows.
 */
function asFinding(notice: Notice, notifier: Notifier): Drawn {
  return { ...asNotify(notice, notifier), revision: NOTHING_DRAWN };
}

const NOTHING_DRAWN = 0;

interface Redrawing {
  readonly notice: Notice;
  readonly receipt: Receipt | null;
  /** The message that replaces a card which can no longer be edited. */
  readonly isFollowUp: boolean;
}

function asUpdate({ notice, receipt, isFollowUp }: Redrawing, notifier: Notifier): Drawn {
  const { revision } = notice.card;
  if (receipt === null) return { kind: 'impossible', reason: 'receipt_missing' };
  if (isFollowUp && notifier.updates === 'edit') {
    return { kind: 'call', revision, call: (signal) => notifier.followUp({ ...notice, receipt }, signal) };
  }
  if (notifier.updates === 'none') return { kind: 'nothing_to_redraw', receipt, revision };
  return { kind: 'call', revision, call: (signal) => notifier.update({ ...notice, receipt }, signal) };
}
