/**
 * Slack's Web API: one call, one answer as a value. Switches off what the SDK would do by itself: retry, wait out a rate
 * limit, follow a redirect or an absolute URL with our token, write logs. Judges no answer; `classify.ts` does.
 */
import { webApi } from '@slack/bolt';
import { fieldsOf } from '../../src/base/text/fields.js';
import type { Secret } from '../../src/base/crypto/secret.js';
import { quietLogger } from './quiet-logger.js';

export type WebAnswer =
  | {
      readonly kind: 'ok';
      readonly body: Readonly<Record<string, unknown>>;
      /** What the token may do, where Slack says so (`x-oauth-scopes`). */
      readonly scopes: readonly string[] | null;
    }
  /** Slack said no. `error` is Slack's own word: it is looked up in our table and goes nowhere else. */
  | { readonly kind: 'no'; readonly error: string }
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  | { readonly kind: 'http'; readonly status: number }
  /** Nothing of the call went out. */
  | { readonly kind: 'not_sent'; readonly reason: string }
  /** The call went out, and what became of it is not known. */
  | { readonly kind: 'no_answer'; readonly reason: string };

export type FailedAnswer = Exclude<WebAnswer, { kind: 'ok' }>;

export interface SlackWeb {
  /** Never rejects. */
  call(method: string, input: { readonly args?: object; readonly signal: AbortSignal }): Promise<WebAnswer>;
}

/** Slack answers in a fraction of this; two calls fit into one attempt of the courier. */
const CALL_TIMEOUT_MS = 3_000;

/** Options that every client of ours has, Bolt's own included. */
export function clientOptions(apiUrl: string): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    logger: quietLogger(),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: CALL_TIMEOUT_MS,
  };
}

export function slackWeb(peer: { readonly apiUrl: string; readonly token: Secret }): SlackWeb {
  return {
    async call(method, { args = {}, signal }) {
      if (signal.aborted) return { kind: 'not_sent', reason: 'aborted' };
      const seen: { status: number | null; error: unknown } = { status: null, error: null };
      // one client for each call, because the SDK has no other place for a call's own signal
      const client = new webApi.WebClient(peer.token.revealText(), {
        ...clientOptions(peer.apiUrl),
        fetch: async (url, init) => {
          const signals = init?.signal == null ? [signal] : [signal, init.signal];
          try {
            const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
            seen.status = response.status;
            return response;
          } catch (error) {
            seen.error = error;
            throw error;
          }
        },
      });
      try {
        const body = await client.apiCall(method, { ...args });
        return { kind: 'ok', body: { ...body }, scopes: body.response_metadata?.scopes ?? null };
      } catch (error) {
        return failureOf(error, { ...seen, isAborted: signal.aborted });
      }
    },
  };
}

interface Circumstances {
  /** Of the answer, where its head arrived. */
  readonly status: number | null;
  /** What `fetch` itself failed with; the SDK may keep no more of it than its message. */
  readonly error: unknown;
  readonly isAborted: boolean;
}

/** The SDK's errors by their codes. `instanceof` would tie us to one copy of its package. */
export function failureOf(error: unknown, circumstances: Circumstances): FailedAnswer {
  const { status, isAborted } = circumstances;
  switch (codeOf(error)) {
    case 'slack_webapi_platform_error':
      return saidNo(fieldsOf(fieldsOf(error)['data'])['error']);
    case 'slack_webapi_rate_limited_error': {
      const seconds = fieldsOf(error)['retryAfter'];
      return { kind: 'busy', retryAfterMs: typeof seconds === 'number' ? seconds * 1_000 : null };
    }
    case 'slack_webapi_http_error':
      return { kind: 'http', status: status ?? 0 };
    case 'slack_webapi_request_error':
      return unreached(circumstances.error ?? fieldsOf(error)['original'], isAborted);
    case null:
    default:
      // A 429 without a Retry-After has no code of its own in the SDK.
      if (status === 429) return { kind: 'busy', retryAfterMs: null };
      return { kind: 'no_answer', reason: isAborted ? 'aborted' : 'answer_unreadable' };
  }
}

/** The SDK reports a body that is not JSON as an `error`, too; that was no refusal of Slack's. */
function saidNo(error: unknown): FailedAnswer {
  if (typeof error === 'string' && /^[a-z][a-z0-9_]{1,79}$/.test(error)) return { kind: 'no', error };
  return { kind: 'no_answer', reason: 'answer_malformed' };
}

/** Node's and undici's codes of a call whose connection was never made. */
const NOT_SENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EHOSTUNREACH: 'network',
  ENETUNREACH: 'network',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
};
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;
const NO_ANSWER: Readonly<Record<string, string>> = {
  ECONNRESET: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
};

function unreached(error: unknown, isAborted: boolean): FailedAnswer {
  const code = codeOf(fieldsOf(error)['cause']) ?? codeOf(error) ?? '';
  const notSent = TLS_CODE.test(code) ? 'tls' : NOT_SENT[code];
  if (notSent !== undefined) return { kind: 'not_sent', reason: notSent };
  if (isAborted) return { kind: 'no_answer', reason: 'aborted' };
  if (fieldsOf(error)['name'] === 'TimeoutError') return { kind: 'no_answer', reason: 'timeout' };
  return { kind: 'no_answer', reason: NO_ANSWER[code] ?? 'network' };
}

function codeOf(error: unknown): string | null {
  const code = fieldsOf(error)['code'];
  return typeof code === 'string' ? code : null;
}
