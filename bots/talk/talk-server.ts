/** The Talk server, seen from the bot: signed calls of the Talk wire contract (docs/talk-wire.md). Judges no answer. */
import type { Random } from '../../src/base/crypto/random.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { HttpAnswer, HttpClient } from '../../src/base/net/http-client.js';
import type { Secret } from '../../src/base/crypto/secret.js';
import { sign } from '../../src/base/crypto/standard-webhooks.js';
import type { AdaptiveCard } from '../../cards/adaptive-schema.js';

export interface TalkPeer {
  readonly apiUrl: string;
  readonly botToken: Secret;
  /** The first signs. */
  readonly signingKeys: readonly Secret[];
}

/** A drawn card, as both `POST` and `PUT` carry it. */
export interface Drawing {
  readonly revision: number;
  readonly text: string;
  readonly card: AdaptiveCard;
}

export interface TalkServer {
  me(signal: AbortSignal): Promise<HttpAnswer>;
  post(message: Drawing & { readonly key: string; readonly to: string }, signal: AbortSignal): Promise<HttpAnswer>;
  put(message: Drawing & { readonly id: string }, signal: AbortSignal): Promise<HttpAnswer>;
}

interface Input {
  readonly message?: object;
  readonly signal: AbortSignal;
}

/** The contract's own bound on an answer. */
const ANSWER_TIMEOUT_MS = 10_000;
const ID_BYTES = 16;

export function talkServer(peer: TalkPeer, context: { http: HttpClient; clock: Clock; random: Random }): TalkServer {
  const [first] = peer.signingKeys;
  if (first === undefined) throw new Error('a Talk server is called with a signing key');

  const call = (method: 'GET' | 'POST' | 'PUT', path: string, input: Input): Promise<HttpAnswer> => {
    const body = Buffer.from(input.message === undefined ? '' : JSON.stringify(input.message));
    const signed = sign(first, { id: context.random.hex(ID_BYTES), atMs: context.clock.nowMs(), body });
    const sent = input.message === undefined ? {} : { body };
    const type = input.message === undefined ? {} : { 'content-type': 'application/json' };
    const authorization = `Bearer ${peer.botToken.revealText()}`;
    return context.http.call({
      method,
      url: `${peer.apiUrl}${path}`,
      headers: { authorization, accept: 'application/json', ...type, ...signed },
      ...sent,
      signal: input.signal,
      timeoutMs: ANSWER_TIMEOUT_MS,
    });
  };

  return {
    me: (signal) => call('GET', '/v1/me', { signal }),
    post: (message, signal) => call('POST', '/v1/messages', { message, signal }),
    put: (message, signal) => call('PUT', `/v1/messages/${encodeURIComponent(message.id)}`, { message, signal }),
  };
}
