/**
 * Access tokens for XOAUTH2, got with a refresh token or as the client itself (RFC 6749, sections 6 and 4.4). One call at a time for
 * all connections, and one token for all, until four fifths of its life are over. Nothing the token endpoint says is kept but its
 * error code.
 */
import type { HttpAnswer, HttpClient } from '../../../src/base/net/http-client.js';
import { retryAfterMs } from '../../../src/base/net/retry-after.js';
import { parseJson } from '../../../src/base/text/json.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { MailAnswer } from '../transport.js';
import type { SmtpOauth } from './server.js';

const CALL_TIMEOUT_MS = 10_000;
/** For endpoints that do not say how long a token lives. */
const DEFAULT_LIFE_SECONDS = 300;
const USED_SHARE = 0.8;
/** OAuth's own codes alone become reasons (RFC 6749, section 5.2). */
const KNOWN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

type NoToken = Extract<MailAnswer, { readonly kind: 'deferred' | 'refused' }>;

export type TokenAnswer = { readonly kind: 'token'; readonly token: string } | NoToken;

export interface AccessTokens {
  /** `isRefused`: the server did not take the one it was shown. */
  get(isRefused?: boolean): Promise<TokenAnswer>;
  close(): void;
}

export function accessTokens(
  oauth: SmtpOauth,
  { http, clock }: { readonly http: HttpClient; readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'> },
): AccessTokens {
  const closing = new AbortController();
  let held: { readonly token: string; readonly untilMs: number } | null = null;
  let asking: Promise<TokenAnswer> | null = null;

  async function ask(): Promise<TokenAnswer> {
    const answer = await http.call({
      method: 'POST',
      url: oauth.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: Buffer.from(formOf(oauth).toString()),
      signal: closing.signal,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    const issued = issuedIn(answer, clock.nowMs());
    if (issued.kind !== 'token') return issued;
    held = { token: issued.token, untilMs: clock.monotonicMs() + issued.lifeSeconds * 1_000 * USED_SHARE };
    return { kind: 'token', token: issued.token };
  }
  return {
    get(isRefused = false) {
      if (isRefused && asking === null) held = null;
      if (held !== null && clock.monotonicMs() < held.untilMs)
        return Promise.resolve({ kind: 'token', token: held.token });
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    close() {
      closing.abort();
      http.close();
    },
  };
}

function formOf({ clientId, clientSecret, refreshToken, scope }: SmtpOauth): URLSearchParams {
  return new URLSearchParams({
    grant_type: refreshToken === undefined ? 'client_credentials' : 'refresh_token',
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret.revealText() }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken.revealText() }),
    ...(scope === undefined ? {} : { scope }),
  });
}

type Issued = { readonly kind: 'token'; readonly token: string; readonly lifeSeconds: number } | NoToken;

/** A refusal is the provider's: no mail gets through until somebody mends the credentials. Everything else passes. */
function issuedIn(answer: HttpAnswer, nowMs: number): Issued {
  if (answer.kind !== 'answered') return { kind: 'deferred', reason: `oauth_${answer.reason}` };
  const json = parseJson(answer.body);
  const body = typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  const { access_token: token, expires_in: life, error } = body;
  if (answer.status === 200 && isToken(token)) {
    return { kind: 'token', token, lifeSeconds: typeof life === 'number' && life > 0 ? life : DEFAULT_LIFE_SECONDS };
  }
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    const code = KNOWN_ERRORS.find((known) => known === error) ?? `http_${String(answer.status)}`;
    return { kind: 'refused', scope: 'provider', reason: `oauth_${code}` };
  }
  const waitMs = retryAfterMs(answer.headers, nowMs);
  return {
    kind: 'deferred',
    reason: answer.status === 200 ? 'oauth_no_token' : `oauth_http_${String(answer.status)}`,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
}

/** It is put into a line of SASL, where a control character would end it (RFC 6750, section 2.1). */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
