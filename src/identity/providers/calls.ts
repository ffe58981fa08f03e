/** Calls to a provider: no redirects, 5 s for each whole answer, 64 KiB of it at most. */
import type { HttpClient } from '../../base/net/http-client.js';
import { Failed } from './adapter.js';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1_024;
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** As much of `fetch` as openid-client needs. Throws `Failed` when there is no whole answer. */
export function fetchOver(http: Pick<HttpClient, 'call'>) {
  return async (url: string, options: FetchOptions): Promise<Response> => {
    const { method, headers, body } = options;
    const answer = await http.call({
      method: method === 'POST' ? 'POST' : 'GET',
      url,
      headers,
      ...(body === undefined || body === null ? {} : { body: bytesOf(body) }),
      signal: new AbortController().signal,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    if (answer.kind !== 'answered') throw new Failed('provider_unreachable', answer.reason);
    const isEmpty = WITHOUT_BODY.has(answer.status);
    return new Response(isEmpty ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers,
    });
  };
}

interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(body.toString());
  throw new Error('openid-client sends forms alone');
}
