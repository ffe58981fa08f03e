/** Posts a card as JSON and redraws it. The platform knows a message by its key, and keeps the newest revision of a card. */
import { deferred, refusedMessage, withoutAnswer } from '../../../bots/kit/answers.js';
import { drillSentence, outcomeSentence, revocationSentence, type CardView } from '../../../src/approval/card-view.js';
import { followUpKey } from '../../../src/approval/message-key.js';
import type { HttpAnswer } from '../../../src/base/net/http-client.js';
import { retryAfterMs } from '../../../src/base/net/retry-after.js';
import { fieldsOf } from '../../../src/base/text/fields.js';
import { parseJson } from '../../../src/base/text/json.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { Answer, EditingNotifier, Notice } from '../../../src/contract/notifier.js';

export type CallToy = (call: {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly message?: object;
  readonly signal: AbortSignal;
}) => Promise<HttpAnswer>;

/** A card as the platform takes it: words, at most one link, and the buttons under it. */
export interface ToyCard {
  readonly revision: number;
  readonly lines: readonly string[];
  readonly link: string | null;
  readonly buttons: readonly ('approve' | 'deny')[];
}

export function toyNotifier(call: CallToy, clock: Clock): EditingNotifier {
  const post = async ({ recipient, card }: Notice, key: string, signal: AbortSignal): Promise<Answer> => {
    if (!('address' in recipient)) return refusedMessage('recipient_kind');
    const message = { key, to: recipient.address, ...draw(card) };
    return classify(await call({ method: 'POST', path: '/cards', message, signal }), clock.nowMs());
  };
  return {
    updates: 'edit',
    traits: { decides: 'in-chat', isIdempotent: true },
    notify: (notice, signal) => post(notice, notice.deliveryId, signal),
    followUp: (notice, signal) => post(notice, followUpKey(notice.deliveryId, notice.card.revision), signal),
    async update({ receipt, card }, signal) {
      const path = `/cards/${encodeURIComponent(String(receipt['id']))}`;
      const answer = await call({ method: 'PUT', path, message: draw(card), signal });
      if (answer.kind === 'answered' && answer.status === 404) return { kind: 'uneditable', reason: 'unknown_card' };
      return classify(answer, clock.nowMs());
    },
  };
}

function draw({ revision, host, environment, address, country, browser, path, state }: CardView): ToyCard {
  if (state.kind === 'drill') return { revision, lines: [drillSentence(state)], link: null, buttons: [] };
  const facts = [`${host} (${environment})`, `${address} ${country ?? ''}`, browser, path];
  if (state.kind === 'decided') {
    const lines = [...facts, outcomeSentence(state), revocationSentence(state) ?? ''];
    return { revision, lines, link: null, buttons: [] };
  }
  const buttons = { decide: ['approve', 'deny'], deny_only: ['deny'], link_only: [] } as const;
  return { revision, lines: facts, link: state.confirmUrl, buttons: buttons[state.may] };
}

function classify(answer: HttpAnswer, nowMs: number): Answer {
  if (answer.kind !== 'answered') return withoutAnswer(answer);
  const reason = `http_${String(answer.status)}`;
  switch (answer.status) {
    case 200: {
      const { id } = fieldsOf(parseJson(answer.body));
      if (typeof id === 'string') return { kind: 'delivered', receipt: { id } };
      return { kind: 'unknown', reason: 'answer_malformed' };
    }
    case 401:
      return { kind: 'refused', scope: 'provider', reason };
    case 404:
      return { kind: 'refused', scope: 'recipient', reason };
    case 429:
      return deferred(reason, retryAfterMs(answer.headers, nowMs));
    default:
      return answer.status >= 500 ? { kind: 'unknown', reason } : refusedMessage(reason);
  }
}
