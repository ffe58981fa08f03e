/** From a claim to the call that carries it out: opens the token's seal, draws the card, picks notify or update. */
import type { Token } from '../approval/brand.js';
import { cardView } from '../approval/card-view.js';
import { confirmUrl } from '../approval/confirm-url.js';
import { TOKEN_PURPOSE } from '../approval/seal-purpose.js';
import type { Directory } from '../approval/site.js';
import type { Sealer } from '../base/sealer.js';
import type { Claim } from '../contract/ledger.js';
import type { Answer, Notice, Notifier, Receipt } from '../contract/notifier.js';

export type Drawn =
  | { readonly kind: 'call'; readonly revision: number; readonly call: (signal: AbortSignal) => Promise<Answer> }
  /** A channel that never redraws has nothing to catch up with. */
  | { readonly kind: 'nothing_to_redraw'; readonly receipt: Receipt; readonly revision: number }
  /** The request was decided before its card went out: nobody is asked a question that has been answered. */
  | { readonly kind: 'too_late' }
  | { readonly kind: 'impossible'; readonly reason: 'token_unreadable' | 'receipt_missing' | 'undrawable' };

export interface DrawSeams {
  readonly sealer: Sealer;
  readonly directory: () => Directory;
  readonly publicUrl: string;
}

export function draw(claim: Claim, notifier: Notifier, seams: DrawSeams): Drawn {
  const { request, recipient } = claim;
  if (claim.task === 'notify' && request.decision !== null && recipient.kind !== 'callback')
    return { kind: 'too_late' };
  const isTokenNeeded = request.decision === null || recipient.kind === 'callback';
  const token = isTokenNeeded ? openToken(claim, seams.sealer) : null;
  if (isTokenNeeded && token === null) return { kind: 'impossible', reason: 'token_unreadable' };
  const link =
    token === null ? '' : confirmUrl(request, token, { directory: seams.directory(), publicUrl: seams.publicUrl });
  const notice: Notice = {
    deliveryId: claim.deliveryId,
    attempt: claim.attempt,
    channel: claim.channel,
    recipient,
    card: cardView(request, token, link),
    ...(recipient.kind === 'callback' && token !== null ? { producerToken: token } : {}),
  };
  return claim.task === 'notify' ? asNotify(notice, notifier) : asUpdate({ notice, receipt: claim.receipt }, notifier);
}

function asNotify(notice: Notice, notifier: Notifier): Drawn {
  return { kind: 'call', revision: notice.card.revision, call: (signal) => notifier.notify(notice, signal) };
}

function asUpdate({ notice, receipt }: { notice: Notice; receipt: Receipt | null }, notifier: Notifier): Drawn {
  const { revision } = notice.card;
  if (receipt === null) return { kind: 'impossible', reason: 'receipt_missing' };
  if (notifier.updates === 'none') return { kind: 'nothing_to_redraw', receipt, revision };
  return { kind: 'call', revision, call: (signal) => notifier.update({ ...notice, receipt }, signal) };
}

function openToken(claim: Claim, sealer: Sealer): Token | null {
  if (claim.sealedToken === null) return null;
  return sealer.open(TOKEN_PURPOSE, claim.request.id, claim.sealedToken) as Token | null;
}
