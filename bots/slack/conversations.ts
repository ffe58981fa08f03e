/** Which conversation reaches a recipient: a room is one by itself, a person's is opened once and remembered. */
import { chatAddress } from '../../src/approval/chat-address.js';
import type { Recipient } from '../../src/contract/notifier.js';
import type { FailedAnswer, SlackWeb } from './web.js';

type Reached = Extract<Recipient, { kind: 'approver' | 'room' }>;

export interface Conversations {
  of(
    recipient: Reached,
    signal: AbortSignal,
  ): Promise<
    { readonly kind: 'found'; readonly channel: string } | { readonly kind: 'failed'; readonly answer: FailedAnswer }
  >;
  /** Slack refused a message there: next time the conversation is opened anew. */
  forget(recipient: Reached): void;
}

/** More people than decide anywhere. Beyond it everything is forgotten and asked for again. */
const MAX_REMEMBERED = 1_000;

export function slackConversations(web: SlackWeb): Conversations {
  const channels = new Map<string, string>();
  return {
    async of(recipient, signal) {
      if (recipient.kind === 'room') return { kind: 'found', channel: recipient.address };
      // the workspace is for us: Slack knows the member alone
      const user = chatAddress(recipient.address).subject;
      const known = channels.get(user);
      if (known !== undefined) return { kind: 'found', channel: known };
      const answer = await web.call('conversations.open', { args: { users: user }, signal });
      if (answer.kind !== 'ok') return { kind: 'failed', answer };
      const id = (answer.body['channel'] as { id?: unknown } | undefined)?.id;
      if (typeof id !== 'string' || id === '') {
        return { kind: 'failed', answer: { kind: 'no_answer', reason: 'answer_malformed' } };
      }
      if (channels.size >= MAX_REMEMBERED) channels.clear();
      channels.set(user, id);
      return { kind: 'found', channel: id };
    },
    forget(recipient) {
      channels.delete(chatAddress(recipient.address).subject);
    },
  };
}
