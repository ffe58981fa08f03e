/** Puts cards before approvers at a Talk server, and redraws them. One call an attempt; the courier does the rest. */
import { adaptiveCard, adaptiveText } from '../../cards/adaptive.js';
import { chatAddress } from '../../src/approval/chat-address.js';
import { followUpKey } from '../../src/approval/message-key.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { CardView } from '../../src/approval/card-view.js';
import type { Answer, Notice, UpdateNotice, EditingNotifier } from '../../src/contract/notifier.js';
import { refusedMessage } from '../kit/answers.js';
import { classify } from './classify.js';
import type { Drawing, TalkServer } from './talk-server.js';

export function talkNotifier(server: TalkServer, clock: Clock): EditingNotifier {
  return {
    updates: 'edit',
    traits: { decides: 'in-chat', isIdempotent: true },

    async notify(notice: Notice, signal: AbortSignal): Promise<Answer> {
      const { recipient, card } = notice;
      if (recipient.kind !== 'approver' && recipient.kind !== 'room') return refusedMessage('recipient_kind');
      const message = { key: notice.deliveryId, to: handleOf(recipient.address), ...draw(card) };
      return classify(await server.post(message, signal), { revision: card.revision, nowMs: clock.nowMs() });
    },

    async followUp({ recipient, deliveryId, card }: UpdateNotice, signal: AbortSignal): Promise<Answer> {
      if (recipient.kind !== 'approver' && recipient.kind !== 'room') return refusedMessage('recipient_kind');
      const message = { key: followUpKey(deliveryId, card.revision), to: handleOf(recipient.address), ...draw(card) };
      return classify(await server.post(message, signal), { revision: card.revision, nowMs: clock.nowMs() });
    },

    async update(notice: UpdateNotice, signal: AbortSignal): Promise<Answer> {
      const { receipt, card } = notice;
      const id = receipt['id'];
      if (typeof id !== 'string') return refusedMessage('receipt_unreadable');
      return classify(await server.put({ id, ...draw(card) }, signal), {
        id,
        revision: card.revision,
        nowMs: clock.nowMs(),
      });
    },
  };
}

/** The workspace is for us, to know whose taps count; the Talk server knows its people by their handles. */
function handleOf(address: string): string {
  return chatAddress(address).subject;
}

function draw(card: CardView): Drawing {
  return { revision: card.revision, text: adaptiveText(card), card: adaptiveCard(card) };
}
