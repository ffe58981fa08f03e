/** The card view: what an approver sees, channel-neutral. Dialects in `cards/` draw it; nothing else reaches a card. */
import type { RequestId, Token } from './brand.js';
import type { Decision, Environment, RequestRecord } from './request.js';
import { durationInWords } from './duration.js';

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
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  readonly state: CardState;
}

export type CardState =
  | {
      readonly kind: 'pending';
      readonly token: Token;
      readonly confirmUrl: string;
      /** `24 h`, `7 d`: what Approve promises. Empty where no grant is written. */
      readonly approveFor: string;
    }
  | ({ readonly kind: 'decided' } & Decision);

/** Draws the view of a request. `token` is null once the request has an outcome: it is erased then. */
export function cardView(request: RequestRecord, token: Token | null, confirmUrl: string): CardView {
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
  };
  if (request.decision !== null) return { ...facts, state: { kind: 'decided', ...request.decision } };
  if (token === null) throw new Error('a pending request has its token');
  const approveFor = request.grantTtlSeconds > 0 ? durationInWords(request.grantTtlSeconds) : '';
  return { ...facts, state: { kind: 'pending', token, confirmUrl, approveFor } };
}

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

/** `page` and `cli` are ours; a channel is called by its name, whatever channels there are: `koder_id` is `Koder Id`. */
export function surfaceInWords(surface: string): string {
  if (surface === 'page') return 'the confirm page';
  if (surface === 'cli') return 'the CLI';
  return surface
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
