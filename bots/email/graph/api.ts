/**
 * Calls to Microsoft Graph: with the application's token, a fresh one once where it was refused, few at once, and none while
 * Graph has asked for patience. Every way a call ends is a value; what it means for a mail is in `errors.ts`.
 */
import type { Random } from '../../../src/base/crypto/random.js';
import type { Secret } from '../../../src/base/crypto/secret.js';
import type { HttpAnswer, HttpClient } from '../../../src/base/net/http-client.js';
import { retryAfterMs } from '../../../src/base/net/retry-after.js';
import { parseJson } from '../../../src/base/text/json.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { CallIds } from '../../../src/contract/notifier.js';
import { codesIn, type GraphRefusal } from './errors.js';
import type { Slots } from './slots.js';
import type { NoToken, TokenSource } from './token.js';

export type GraphAnswer = { readonly ids: CallIds } & (
  | { readonly kind: 'ok'; readonly status: number; readonly body: Buffer; readonly atMs: number | null }
  | ({ readonly kind: 'refused' } & GraphRefusal)
  /** Graph has asked us to wait so long, so that no call was made. */
  | { readonly kind: 'closed'; readonly retryAfterMs: number }
  | { readonly kind: 'not_sent' | 'no_answer'; readonly reason: string }
  | { readonly kind: 'no_token'; readonly none: NoToken }
);

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Behind `api_url`, or a whole link that Graph handed out. */
  readonly path: string;
  readonly body?: Buffer;
  readonly contentType?: string;
  readonly signal: AbortSignal;
  /** Beyond the answers that a sending call gets. */
  readonly maxAnswerBytes?: number;
}

export interface GraphApi {
  call(call: GraphCall): Promise<GraphAnswer>;
}

export interface GraphApiDeps {
  readonly apiUrl: string;
  readonly http: Pick<HttpClient, 'call'>;
  readonly tokens: TokenSource;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
}

export function createGraphApi(deps: GraphApiDeps): GraphApi {
  const { clock, tokens } = deps;
  let closedUntilMs = 0;

  async function called(call: GraphCall, id: string): Promise<GraphAnswer> {
    const waitMs = closedUntilMs - clock.monotonicMs();
    if (waitMs > 0) return { kind: 'closed', retryAfterMs: waitMs, ids: {} };
    const first = await tokens.token({ signal: call.signal });
    if (first.kind === 'none') return { kind: 'no_token', none: first, ids: {} };
    const answer = await exchanged(call, { token: first.token, id });
    if (answer.kind !== 'refused' || answer.status !== 401) return answer;
    // It was refused before it was read, so that it may safely be made once more.
    const second = await tokens.token({ signal: call.signal, rejected: first.token });
    if (second.kind === 'none') return { kind: 'no_token', none: second, ids: { clientRequestId: id } };
    return exchanged(call, { token: second.token, id });
  }

  async function exchanged(call: GraphCall, sent: { token: Secret; id: string }): Promise<GraphAnswer> {
    const url = urlOf(deps.apiUrl, call.path);
    if (url === null) return { kind: 'not_sent', reason: 'foreign_link', ids: {} };
    const answer = await deps.http.call({
      method: call.method,
      url,
      headers: headersOf(call, sent),
      ...(call.method === 'POST' ? { body: call.body ?? Buffer.alloc(0) } : {}),
      signal: call.signal,
      timeoutMs: deps.timeoutMs,
      connectTimeoutMs: deps.connectTimeoutMs,
      maxAnswerBytes: call.maxAnswerBytes ?? deps.maxAnswerBytes,
    });
    return read(answer, sent.id);
  }

  function read(answer: HttpAnswer, clientRequestId: string): GraphAnswer {
    if (answer.kind !== 'answered') return { kind: answer.kind, reason: answer.reason, ids: { clientRequestId } };
    const { status, headers, body } = answer;
    const theirs = headers['request-id'];
    const ids = { clientRequestId, ...(isRequestId(theirs) ? { providerRequestId: theirs } : {}) };
    const atMs = Date.parse(headers['date'] ?? '');
    // a wait beside a success is no refusal: what was taken is taken
    if (status >= 200 && status < 300) return { kind: 'ok', status, body, atMs: Number.isNaN(atMs) ? null : atMs, ids };
    const waitMs = retryAfterMs(headers, clock.nowMs());
    if (waitMs !== null && (status === 429 || status === 503))
      closedUntilMs = Math.max(closedUntilMs, clock.monotonicMs() + waitMs);
    return { kind: 'refused', status, codes: codesIn(body), retryAfterMs: waitMs, ids };
  }

  return {
    async call(call) {
      const giveBack = await deps.slots.take(call.signal);
      if (giveBack === null) return { kind: 'not_sent', reason: 'aborted', ids: {} };
      try {
        return await called(call, uuid(deps.random));
      } finally {
        giveBack();
      }
    },
  };
}

/** The parsed body of a success; undefined where it is no JSON. */
export function jsonOf(answer: Extract<GraphAnswer, { kind: 'ok' }>): unknown {
  return parseJson(answer.body);
}

/** A link is followed as it stands; but the token goes nowhere else, whatever an answer says. */
function urlOf(apiUrl: string, path: string): string | null {
  if (path.startsWith('/')) return `${apiUrl}${path}`;
  return URL.canParse(path) && new URL(path).origin === new URL(apiUrl).origin ? path : null;
}

function headersOf(
  { body, contentType }: GraphCall,
  { token, id }: { token: Secret; id: string },
): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token.revealText()}`,
    accept: 'application/json',
    // An item's id otherwise changes when it moves from one folder to another, as a draft does that is sent.
    prefer: 'IdType="ImmutableId"',
    'client-request-id': id,
    'return-client-request-id': 'true',
    'user-agent': 'koder-gate',
    ...(body === undefined || contentType === undefined ? {} : { 'content-type': contentType }),
  };
}

function isRequestId(value: string | undefined): value is string {
  return value !== undefined && /^[\w-]{1,64}$/.test(value);
}

function uuid(random: Random): string {
  const hex = random.hex(16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
