/**
 * Asks a consumer about a request by the RFC's payload, and tells a producer the outcome of its own. Both are told
 * once: the RFC has no update. A consumer knows the request by its token and a producer the callback by its
 * `webhook-id`, so a repeated call has one effect.
 */
import { callbackPayload, consumerPayload } from '../../cards/webhook.js';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { HttpAnswer, HttpClient } from '../../src/base/net/http-client.js';
import type { Secret } from '../../src/base/crypto/secret.js';
import { sign } from '../../src/base/crypto/standard-webhooks.js';
import type { Answer, Notice, OneShotNotifier, Recipient } from '../../src/contract/notifier.js';
import { classifyCallback, classifyConsumer } from './classify.js';

export interface WebhookDeps {
  readonly token: Secret | null;
  readonly callbackKeys: ReadonlyMap<string, Secret>;
  readonly toConsumers: HttpClient;
  readonly toCallbacks: HttpClient;
  readonly clock: Clock;
}

type Callback = Extract<Recipient, { kind: 'callback' }>;

/** RFC 001, section 6.2: 200 within 2 s, or it failed. */
const CONSUMER_TIMEOUT_MS = 2_000;
/** Ours; Standard Webhooks asks for 15 to 30 s, but a producer that is slow is asked again anyway. */
const CALLBACK_TIMEOUT_MS = 10_000;
const HEADERS = { 'content-type': 'application/json', 'user-agent': 'koder-gate' };

export function webhookNotifier(deps: WebhookDeps): OneShotNotifier {
  return {
    traits: { decides: 'by-link', isIdempotent: true },
    updates: 'none',
    notify(notice, signal) {
      const { recipient } = notice;
      switch (recipient.kind) {
        case 'consumer':
          return ask(deps, { notice, url: recipient.url, admin: recipient.approver, signal });
        case 'approver':
          return ask(deps, { notice, url: recipient.address, admin: recipient.approver, signal });
        case 'callback':
          return tell(deps, { notice, recipient, signal });
        case 'room':
          return Promise.resolve({ kind: 'refused', scope: 'recipient', reason: 'a_room_has_no_consumer' });
      }
    },
    send({ deliveryId: id, recipient, content }, signal) {
      if (recipient.kind === 'callback') return call(deps, { id, recipient, body: content.text, signal });
      return Promise.resolve({ kind: 'refused', scope: 'recipient', reason: 'a_mailbox_has_no_url' });
    },
  };
}

async function ask(
  { token, toConsumers, clock }: WebhookDeps,
  { notice, url, admin, signal }: { notice: Notice; url: string; admin: ApproverId; signal: AbortSignal },
): Promise<Answer> {
  const payload = consumerPayload(notice.card, admin);
  if (payload === null) {
    const reason = notice.card.state.kind === 'drill' ? 'no_drill' : 'already_decided';
    return { kind: 'refused', scope: 'message', reason };
  }
  const authorization = token === null ? {} : { authorization: `Bearer ${token.revealText()}` };
  const answer = await toConsumers.call({
    method: 'POST',
    url,
    headers: { ...HEADERS, ...authorization },
    body: Buffer.from(JSON.stringify(payload)),
    signal,
    timeoutMs: CONSUMER_TIMEOUT_MS,
  });
  return classifyConsumer(answer, clock.nowMs());
}

function tell(
  deps: WebhookDeps,
  { notice, recipient, signal }: { notice: Notice; recipient: Callback; signal: AbortSignal },
): Promise<Answer> {
  const payload = notice.producerToken === undefined ? null : callbackPayload(notice.card, notice.producerToken);
  if (payload === null) return Promise.resolve({ kind: 'refused', scope: 'message', reason: 'nothing_to_tell' });
  return call(deps, { id: notice.deliveryId, recipient, body: JSON.stringify(payload), signal });
}

interface Call {
  readonly id: string;
  readonly recipient: Callback;
  readonly body: string;
  readonly signal: AbortSignal;
}

async function call(
  { callbackKeys, toCallbacks, clock }: WebhookDeps,
  { id, recipient, body: text, signal }: Call,
): Promise<Answer> {
  const key = callbackKeys.get(recipient.producer);
  // the key may be configured at the next start, and an outcome is worth waiting for
  if (key === undefined) return { kind: 'deferred', reason: 'callback_key_missing' };
  const body = Buffer.from(text);
  const answer: HttpAnswer = await toCallbacks.call({
    method: 'POST',
    url: recipient.url,
    headers: { ...HEADERS, ...sign(key, { id, atMs: clock.nowMs(), body }) },
    body,
    signal,
    timeoutMs: CALLBACK_TIMEOUT_MS,
  });
  return classifyCallback(answer, clock.nowMs());
}
