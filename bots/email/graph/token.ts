/**
 * The application's access token, got by client credentials (RFC 6749, 4.4). All callers share one: however many ask at once,
 * one call goes out. From 80 % of its life on it is renewed behind the calls that still use it, so that none waits. A token
 * that the API refused is given up at once, by the first who says so.
 */
import { assertionBy, readClientCertificate } from '../../../src/base/crypto/client-certificate.js';
import type { Random } from '../../../src/base/crypto/random.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import type { HttpAnswer, HttpClient } from '../../../src/base/net/http-client.js';
import { retryAfterMs } from '../../../src/base/net/retry-after.js';
import { fieldsOf } from '../../../src/base/text/fields.js';
import { parseJson } from '../../../src/base/text/json.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { GraphEndpoint, MailSecretPurpose } from '../../../src/contract/mail-records.js';
import { deferred } from '../../kit/answers.js';
import type { MailAnswer } from '../transport.js';
import { tokenRefusal } from './token-errors.js';

/** Answers the secret as it is now: a new one counts from the next token on. */
export type GraphSecrets = (purpose: Extract<MailSecretPurpose, `graph.${string}`>) => Promise<Secret | null>;

type NotNow = Extract<MailAnswer, { readonly kind: 'deferred' }>;
type Broken = Extract<MailAnswer, { readonly kind: 'refused' }>;

export interface NoToken {
  readonly kind: 'none';
  readonly answer: NotNow | Broken;
  /** What an operator can do about it. */
  readonly cure: string;
}

export type TokenAnswer = { readonly kind: 'token'; readonly token: Secret } | NoToken;

export interface TokenSource {
  /** `rejected`: the token that the API has just refused. */
  token(input: { readonly signal: AbortSignal; readonly rejected?: Secret }): Promise<TokenAnswer>;
}

export interface TokenDeps {
  readonly endpoint: GraphEndpoint;
  readonly secrets: GraphSecrets;
  readonly http: Pick<HttpClient, 'call'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Of a token's life. */
  readonly earlyRefreshShare: number;
  /** Ends a call that is under way when the transport closes. */
  readonly closing: AbortSignal;
}

interface Held {
  readonly token: Secret;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const MAX_TOKEN_BYTES = 32 * 1024;
/** A call that sets out with the token must still find it valid at its end. */
const MARGIN_MS = 30_000;
const UNREACHABLE = 'check that token_url can be reached from here';

export function createTokenSource(deps: TokenDeps): TokenSource {
  const { clock } = deps;
  let held: Held | null = null;
  let underWay: Promise<TokenAnswer> | null = null;
  let closedUntilMs = 0;

  function renewed(): Promise<TokenAnswer> {
    underWay ??= renew().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function renew(): Promise<TokenAnswer> {
    const waitMs = closedUntilMs - clock.monotonicMs();
    if (waitMs > 0) return throttled(notNow('graph_token_throttled', waitMs));
    const answer = await asked(deps);
    const nowMs = clock.monotonicMs();
    if (answer.kind === 'none') {
      if (answer.answer.kind === 'deferred') closedUntilMs = nowMs + (answer.answer.retryAfterMs ?? 0);
      return answer;
    }
    const { token, lifeMs } = answer;
    const expiresAtMs = nowMs + Math.max(lifeMs - MARGIN_MS, lifeMs / 2);
    held = { token, renewAtMs: nowMs + lifeMs * deps.earlyRefreshShare, expiresAtMs };
    return { kind: 'token', token };
  }

  return {
    async token({ signal, rejected }) {
      if (held !== null && held.token === rejected) held = null;
      const nowMs = clock.monotonicMs();
      const usable = held !== null && nowMs < held.expiresAtMs ? held.token : null;
      if (usable !== null && held !== null && nowMs < held.renewAtMs) return { kind: 'token', token: usable };
      const renewal = renewed();
      return usable === null ? until(renewal, signal) : { kind: 'token', token: usable };
    },
  };
}

type Asked = { readonly kind: 'fresh'; readonly token: Secret; readonly lifeMs: number } | NoToken;

async function asked(deps: TokenDeps): Promise<Asked> {
  const form = await credentials(deps);
  if (form.kind === 'none') return form;
  const answer = await deps.http.call({
    method: 'POST',
    url: deps.endpoint.tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(new URLSearchParams(form.fields).toString()),
    signal: deps.closing,
    timeoutMs: deps.timeoutMs,
    connectTimeoutMs: deps.connectTimeoutMs,
    maxAnswerBytes: MAX_TOKEN_BYTES,
  });
  return answer.kind === 'answered' ? read(answer, deps.clock.nowMs()) : notNow(`graph_token_${answer.reason}`);
}

function read(answer: Extract<HttpAnswer, { kind: 'answered' }>, nowMs: number): Asked {
  if (answer.status !== 200) {
    const { isForNow, reason, cure } = tokenRefusal(answer);
    if (!isForNow) return broken(reason, cure);
    const later = notNow(reason, retryAfterMs(answer.headers, nowMs));
    return answer.status === 429 ? throttled(later) : later;
  }
  const { access_token: token, expires_in: seconds } = fieldsOf(parseJson(answer.body));
  if (!isToken(token) || typeof seconds !== 'number' || !(seconds > 0)) return notNow('graph_token_malformed');
  return { kind: 'fresh', token: new Secret(token), lifeMs: seconds * 1_000 };
}

/** A token goes into a header: nothing else may go along. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value);
}

type Form = { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> };

async function credentials({ endpoint, secrets, random, clock }: TokenDeps): Promise<Form | NoToken> {
  const { clientId, tokenUrl: audience, apiUrl } = endpoint;
  const scope = `${new URL(apiUrl).origin}/.default`;
  const common = { grant_type: 'client_credentials', client_id: clientId, scope };
  try {
    const pem = await secrets('graph.certificate');
    const secret = pem === null ? await secrets('graph.client_secret') : null;
    if (secret !== null) return { kind: 'form', fields: { ...common, client_secret: secret.revealText() } };
    if (pem === null) return broken('graph_no_secret', 'store a client secret or a certificate for this provider');
    const certificate = readClientCertificate(pem);
    if (typeof certificate === 'string') return broken(`graph_certificate_${certificate}`, CERTIFICATE);
    const assertion = assertionBy(certificate, { clientId, audience, id: random.hex(16), nowMs: clock.nowMs() });
    const fields = { ...common, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
    return { kind: 'form', fields };
  } catch {
    return notNow('graph_secret_unavailable'); // the database is out of reach; what it said is not told
  }
}

const CERTIFICATE = 'store an RSA key of 2048 bits or more and its certificate, both in PEM, in one text';

function notNow(reason: string, waitMs: number | null = null): NoToken & { readonly answer: NotNow } {
  return { kind: 'none', answer: deferred(reason, waitMs), cure: UNREACHABLE };
}

function throttled(none: NoToken & { readonly answer: NotNow }): NoToken {
  return { ...none, answer: { ...none.answer, isThrottled: true } };
}

function broken(reason: string, cure: string): NoToken {
  return { kind: 'none', answer: { kind: 'refused', scope: 'provider', reason }, cure };
}

/** Whoever is told to stop does not wait for the call that others share. */
function until(work: Promise<TokenAnswer>, signal: AbortSignal): Promise<TokenAnswer> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve(notNow('aborted'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void work.then((answer) => {
      signal.removeEventListener('abort', stop);
      resolve(answer);
    });
  });
}
