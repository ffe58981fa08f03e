/**
 * Discord's API, seen from the bot: the SDK's REST, which knows Discord's rate limits, on our own HTTP client, which knows
 * whether a call went out. One call is one attempt; every way it ends is a value. Judges no answer.
 */
import { DiscordAPIError, HTTPError, RateLimitError, RequestMethod, REST, type RESTOptions } from 'discord.js';
import type { HttpAnswer, HttpCall, HttpClient } from '../../src/base/net/http-client.js';
import type { Secret } from '../../src/base/crypto/secret.js';

export type ApiAnswer =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** `code` is Discord's own (“JSON error codes”), null where the answer had none. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number | null }
  /** 429, or a bucket that is known to be empty. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number | null }
  | { readonly kind: 'broken'; readonly status: number }
  /** Nothing of the call went out. */
  | { readonly kind: 'not_sent'; readonly reason: string }
  /** It may have had its effect. */
  | { readonly kind: 'no_answer'; readonly reason: string };

export interface DiscordApi {
  /** `path` begins with a slash, after the version. */
  call(call: ApiCall): Promise<ApiAnswer>;
  close(): void;
}

interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: `/${string}`;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  /** False for what is named by a token in its path: an interaction's answer. */
  readonly isOurs?: false;
  readonly signal: AbortSignal;
}

const METHODS = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PUT: RequestMethod.Put,
  PATCH: RequestMethod.Patch,
} as const;

/** Our choice: Discord answers in well under a second, and an attempt of the courier must not take much longer. */
const CALL_TIMEOUT_MS = 10_000;
/** A page of a channel: 50 messages of at most 6,000 characters in embeds, each with its author and components. */
const MAX_ANSWER_BYTES = 2_097_152;

export function discordApi(peer: { readonly apiUrl: string; readonly botToken: Secret }, http: HttpClient): DiscordApi {
  const rest = new REST(restOptions(peer.apiUrl, http));
  return {
    async call({ method, path, query, body, isOurs = true, signal }) {
      if (signal.aborted) return { kind: 'not_sent', reason: 'aborted' };
      // A 401 makes the SDK forget the token for good. It is read before the call's first await.
      rest.setToken(peer.botToken.revealText());
      try {
        return {
          kind: 'ok',
          body: await rest.request({
            method: METHODS[method],
            fullRoute: path,
            auth: isOurs,
            signal,
            ...(query === undefined ? {} : { query }),
            ...(body === undefined ? {} : { body }),
          }),
        };
      } catch (error) {
        return ended(error, signal);
      }
    },
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

/** The SDK retries nothing and waits for no rate limit: a 429 without Retry-After would be a hot loop. */
export function restOptions(apiUrl: string, http: HttpClient): Partial<RESTOptions> {
  return {
    api: apiUrl,
    retries: 0,
    timeout: CALL_TIMEOUT_MS,
    rejectOnRateLimit: () => true,
    makeRequest: transport(http),
  };
}

/** What the SDK cannot tell of how a call ended. */
class Ended extends Error {
  constructor(readonly answer: ApiAnswer) {
    super('the call has no answer that the SDK reads');
  }
}

interface WantedCall {
  readonly method?: string | undefined;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

function transport(http: HttpClient): (url: string, wanted: WantedCall) => Promise<Response> {
  return async (url, { method, headers, body, signal }) => {
    const answer = await http.call({
      method: (method ?? 'GET') as HttpCall['method'],
      url,
      headers: headers as Readonly<Record<string, string>>,
      ...(typeof body === 'string' ? { body: Buffer.from(body) } : {}),
      signal: signal ?? new AbortController().signal,
      timeoutMs: CALL_TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    return responseOf(answer);
  };
}

function responseOf(answer: HttpAnswer): Response {
  if (answer.kind !== 'answered') throw new Ended({ kind: answer.kind, reason: answer.reason });
  const { status, headers, body } = answer;
  // Discord's API redirects nobody, and a status outside HTTP's range comes from no server of Discord's
  if (status < 200 || status === 205 || status > 599)
    throw new Ended({ kind: 'no_answer', reason: 'answer_malformed' });
  const isRefusal = status >= 300 && status < 500 && status !== 429;
  if (status < 400 && isRefusal) throw new Ended({ kind: 'refused', status, code: null });
  // The SDK would throw a SyntaxError for it, and the status be lost.
  if (isRefusal && !isJson(body)) throw new Ended({ kind: 'refused', status, code: null });
  // Without its type: the SDK would read JSON from nothing.
  if (status === 204) return new Response(null, { status });
  return new Response(body, { status, headers });
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function ended(error: unknown, signal: AbortSignal): ApiAnswer {
  if (error instanceof Ended) return error.answer;
  if (error instanceof RateLimitError) {
    return { kind: 'limited', retryAfterMs: error.retryAfter > 0 ? error.retryAfter : null };
  }
  if (error instanceof HTTPError) return { kind: 'broken', status: error.status };
  if (error instanceof DiscordAPIError) {
    return { kind: 'refused', status: error.status, code: typeof error.code === 'number' ? error.code : null };
  }
  // the SDK's own queue gave up, so the call was never made
  if (signal.aborted) return { kind: 'not_sent', reason: 'aborted' };
  return { kind: 'no_answer', reason: 'answer_malformed' };
}
