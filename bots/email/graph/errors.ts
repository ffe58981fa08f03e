/**
 * What Microsoft Graph's refusals mean for a mail, in one table: by `error.code` and the codes inside `innerError`, the
 * innermost known one first, never by `message` (Microsoft, “Microsoft Graph error responses and resource types”). What is not
 * in the table is judged by its status, and is worth another try.
 */
import { fieldsOf, isFields } from '../../../src/base/text/fields.js';
import { parseJson } from '../../../src/base/text/json.js';
import { deferred, withoutAnswer } from '../../kit/answers.js';
import type { MailAnswer } from '../transport.js';

/** `harmless`: nothing was to be sent by this call, so that it may be repeated. `sending`: it may have sent the mail. */
export type Step = 'harmless' | 'sending';

/**
 * `throttled`: not taken, come back later. `ambiguous`: mails were seen to arrive although a call was answered so. `gone`: the
 * draft is not where it was.
 */
type Meaning = 'throttled' | 'transient' | 'ambiguous' | 'recipient' | 'message' | 'provider' | 'gone';

const BY_CODE: Readonly<Record<string, Meaning>> = {
  // too much at once, or in all
  TooManyRequests: 'throttled',
  MailboxConcurrency: 'throttled',
  ErrorServerBusy: 'throttled',
  ErrorQuotaExceeded: 'throttled',
  ErrorExceededMessageLimit: 'throttled',
  ErrorSubmissionQuotaExceeded: 'throttled',
  activityLimitReached: 'throttled',
  // the mail may have gone all the same
  ApplicationThrottled: 'ambiguous',
  CommandConcurrencyLimitReached: 'ambiguous',
  UnknownError: 'ambiguous',
  ErrorInternalServerError: 'ambiguous',
  ErrorInternalServerTransientError: 'ambiguous',
  ErrorTimeoutExpired: 'ambiguous',
  InternalServerError: 'ambiguous',
  generalException: 'ambiguous',
  // not now
  ErrorMailboxStoreUnavailable: 'transient',
  ErrorMailboxMoveInProgress: 'transient',
  ErrorInsufficientResources: 'transient',
  ErrorConnectionFailed: 'transient',
  serviceNotAvailable: 'transient',
  resourceModified: 'transient',
  quotaLimitReached: 'transient',
  // this mail will never do
  ErrorInvalidRecipients: 'recipient',
  ErrorRecipientNotFound: 'recipient',
  ErrorMimeContentInvalid: 'message',
  ErrorMimeContentInvalidBase64String: 'message',
  ErrorMessageSizeExceeded: 'message',
  ErrorContentConversionFailed: 'message',
  // no mail of ours will
  InvalidAuthenticationToken: 'provider',
  AuthenticationError: 'provider',
  unauthenticated: 'provider',
  ErrorAccessDenied: 'provider',
  accessDenied: 'provider',
  Authorization_RequestDenied: 'provider',
  ErrorSendAsDenied: 'provider',
  ErrorAccountSuspend: 'provider',
  ErrorMessageSubmissionBlocked: 'provider',
  MailboxNotEnabledForRESTAPI: 'provider',
  MailboxNotSupportedForRESTAPI: 'provider',
  ErrorInvalidUser: 'provider',
  ErrorNonExistentMailbox: 'provider',
  Request_ResourceNotFound: 'provider',
  ErrorItemNotFound: 'gone',
  itemNotFound: 'gone',
};

export interface GraphRefusal {
  readonly status: number;
  /** Of the error and of what is inside it, the outermost first. */
  readonly codes: readonly string[];
  readonly retryAfterMs: number | null;
}

const MAX_CODES = 5;

/** The codes of an error body, `innerError` in both spellings; none of a body that is no error of Graph's. */
export function codesIn(body: Buffer): readonly string[] {
  const codes: string[] = [];
  let error: unknown = fieldsOf(parseJson(body))['error'];
  while (isFields(error) && codes.length < MAX_CODES) {
    const { code } = error;
    if (typeof code === 'string' && /^[\w.]{1,100}$/.test(code)) codes.push(code);
    error = error['innerError'] ?? error['innererror'];
  }
  return codes;
}

export function isAccessDenied({ status, codes }: GraphRefusal): boolean {
  return (
    status === 403 && codes.some((code) => /^(ErrorAccessDenied|accessDenied|Authorization_RequestDenied)$/.test(code))
  );
}

type Failed = Extract<MailAnswer, { readonly kind: 'deferred' | 'refused' | 'unknown' }>;

export function classify(refusal: GraphRefusal, step: Step): Failed {
  const { status, codes, retryAfterMs } = refusal;
  const reason = reasonOf(refusal);
  const meaning = meaningOf(codes) ?? byStatus(status);
  switch (meaning) {
    case 'recipient':
    case 'message':
    case 'provider':
      return { kind: 'refused', scope: meaning, reason };
    case 'ambiguous':
      if (step === 'sending') return { kind: 'unknown', reason, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
      break;
    case 'throttled':
    case 'transient':
    case 'gone':
  }
  const isThrottled = meaning === 'throttled' || (status === 503 && retryAfterMs !== null);
  return { ...deferred(reason, retryAfterMs), ...(isThrottled ? { isThrottled } : {}) };
}

/** For a call that brought no whole answer. */
export function classifySilence(answer: { kind: 'not_sent' | 'no_answer'; reason: string }, step: Step): Failed {
  return step === 'sending' ? withoutAnswer(answer) : deferred(answer.reason);
}

function meaningOf(codes: readonly string[]): Meaning | undefined {
  const known = codes.filter((code) => Object.hasOwn(BY_CODE, code)).at(-1);
  return known === undefined ? undefined : BY_CODE[known];
}

function byStatus(status: number): Meaning {
  if (status === 401) return 'provider';
  if (status === 413) return 'message';
  if (status === 429 || status === 509) return 'throttled';
  return status >= 500 && status !== 507 ? 'ambiguous' : 'transient';
}

/** `graph_error_access_denied`: a code of Microsoft's in our spelling where the table knows it, else the status. */
function reasonOf({ status, codes }: GraphRefusal): string {
  const known = codes.filter((code) => Object.hasOwn(BY_CODE, code)).at(-1);
  if (known === undefined) return `graph_http_${String(status)}`;
  const words = known.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return `graph_${words.toLowerCase()}`.slice(0, MAX_REASON_CHARACTERS);
}

const MAX_REASON_CHARACTERS = 40;
