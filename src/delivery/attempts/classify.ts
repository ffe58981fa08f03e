/** From a channel's answer to what the ledger writes. Pure: the edges of the table in courier.ts are decided here. */
import { never } from '../../base/process/never.js';
import type { Claim, AttemptResult } from '../../contract/ledger.js';
import type { Answer, CallIds, Notifier } from '../../contract/notifier.js';
import { isHardBounce } from '../hard-bounce.js';
import type { MailRetry } from '../../contract/mail-policy.js';
import { nextWaitMs } from '../schedule.js';

export interface Ended {
  readonly claim: Claim;
  readonly answer: Answer;
  readonly revision: number;
  readonly tookMs: number;
}

export interface Circumstances {
  readonly notifier: Pick<Notifier, 'traits' | 'updates'>;
  /** A random number in [0, 1), for jitter. */
  readonly fraction: number;
  /** The courier stops and has aborted this attempt. */
  readonly isAborted: boolean;
  /** How long the transport pauses if this answer says that the provider is broken. */
  readonly probeAfterMs: number;
  /** So long no mail goes to an address from which one bounced for good. */
  readonly suppressForMs: number;
  /** Of a mail: what its provider is. Absent: there is no choice of providers. */
  readonly provider?: RoutedAttempt;
}

export interface RoutedAttempt {
  readonly name: string;
  /** There are others that could carry the mail: its refusal is of it alone. */
  readonly isOneOfSeveral: boolean;
  readonly isIdempotent: boolean;
  readonly retry: MailRetry | null;
}

export function classify(ended: Ended, circumstances: Circumstances): AttemptResult {
  const ids = knownIds(ended.answer.ids);
  return {
    ...resultOf(ended, circumstances),
    ...(ids === null ? {} : { ids }),
    ...(mayDouble(ended, circumstances) ? { isMaybeDuplicate: true } : {}),
  };
}

function resultOf(ended: Ended, circumstances: Circumstances): AttemptResult {
  const { answer } = ended;
  const head = headOf(ended.claim, ended.tookMs);
  switch (answer.kind) {
    case 'delivered':
    case 'accepted':
      return {
        ...head,
        kind: answer.kind === 'accepted' ? 'accepted' : 'sent',
        receipt: answer.receipt,
        drawnRevision: ended.revision,
      };
    case 'refused':
      if (answer.scope === 'provider') {
        return { ...head, kind: 'paused', reason: answer.reason, ...pauseOf(circumstances) };
      }
      return answer.isBounce === true
        ? bounced(head, answer.reason, circumstances)
        : { ...head, kind: 'failed', scope: answer.scope, reason: answer.reason };
    case 'deferred':
      // Aborted before anything was sent, so it counts as not tried.
      if (circumstances.isAborted) return { ...head, kind: 'released' };
      return again(ended, circumstances, answer);
    case 'uneditable':
      return isFollowedUp(ended, circumstances)
        ? { ...head, kind: 'uneditable', reason: answer.reason }
        : { ...head, kind: 'failed', scope: 'message', reason: answer.reason };
    case 'unknown':
      return again(ended, circumstances, answer);
    default:
      return never(answer);
  }
}

function bounced(head: ReturnType<typeof headOf>, reason: string, { suppressForMs }: Circumstances): AttemptResult {
  return { ...head, kind: 'bounced', reason, suppressForMs: isHardBounce(reason) ? suppressForMs : 0 };
}

/** Such an id comes from a peer: one that is none is not kept. */
const ID = /^[\w.:-]{1,128}$/;

function knownIds(ids: CallIds | undefined): CallIds | null {
  const known = Object.entries(ids ?? {}).filter(([, id]) => ID.test(String(id)));
  return known.length === 0 ? null : Object.fromEntries(known);
}

/** What every result says of its claim. */
export function headOf(
  claim: Claim,
  tookMs: number,
): Pick<AttemptResult, 'deliveryId' | 'claimToken' | 'attemptId' | 'tookMs'> {
  return { deliveryId: claim.deliveryId, claimToken: claim.claimToken, attemptId: claim.attemptId, tookMs };
}

/** The database decides whether there is time for another attempt, because this process's clock may be wrong. */
function again(
  ended: Ended,
  circumstances: Circumstances,
  answer: Extract<Answer, { readonly kind: 'deferred' | 'unknown' }>,
): AttemptResult {
  const { claim } = ended;
  const { reason, retryAfterMs = 0, isOfProvider = false } = answer;
  const { fraction, provider } = circumstances;
  const retry = provider?.retry ?? null;
  const isThrottled = answer.kind === 'deferred' && answer.isThrottled === true;
  if (!isThrottled && retry !== null && claim.attempt >= retry.attempts)
    return { ...headOf(claim, ended.tookMs), kind: 'failed', scope: 'message', reason };
  return {
    ...headOf(claim, ended.tookMs),
    kind: 'retry',
    reason,
    waitMs: nextWaitMs(claim, { retryAfterMs, fraction, retry }),
    isMaybeDuplicate: claim.isMaybeDuplicate,
    isUnknown: ended.answer.kind === 'unknown',
    ...(isOfProvider && retryAfterMs > 0 ? { gateMs: retryAfterMs } : {}),
    ...(retry === null ? {} : { lifetimeMs: retry.lifetimeMs }),
    ...(isThrottled ? { throttled: { most: retry?.attempts ?? null } } : {}),
  };
}

/** One of several providers is paused alone; the only one pauses the transport. */
function pauseOf({ probeAfterMs, provider }: Circumstances): {
  readonly probeAfterMs: number;
  readonly provider?: string;
} {
  return { probeAfterMs, ...(provider?.isOneOfSeveral === true ? { provider: provider.name } : {}) };
}

/** Only an edit may be followed by a new message; otherwise a follow-up that cannot be edited would repeat for ever. */
function isFollowedUp({ claim }: Ended, { notifier }: Circumstances): boolean {
  return claim.task === 'update' && notifier.updates === 'edit';
}

/** Whether the person may see two messages, by this attempt or by sending again. Editing a card twice does not show two. */
function mayDouble({ claim, answer }: Ended, { notifier, provider }: Circumstances): boolean {
  const isIdempotent = provider?.isIdempotent ?? notifier.traits.isIdempotent;
  if (!(answer.mayDouble ?? (answer.kind === 'unknown' && !isIdempotent))) return false;
  return claim.task !== 'update' || notifier.updates !== 'edit';
}
