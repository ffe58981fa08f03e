/**
 * Puts cards before approvers on Discord, and redraws them by the bot's token at any later time. One call an attempt; the
 * courier does the rest.
 *
 * A delivery has one effect, however often it is attempted: Discord keeps a nonce for some minutes and answers the same one
 * with the same message, and an attempt that is not the first looks whether the card stands there already.
 */
import { discordCard, discordMark } from '../../cards/discord.js';
import type { CardView } from '../../src/approval/card-view.js';
import { followUpKey } from '../../src/approval/message-key.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { fieldsOf } from '../../src/base/text/fields.js';
import type { Answer, EditingNotifier, Notice, Receipt, UpdateNotice } from '../../src/contract/notifier.js';
import { refusedMessage } from '../kit/answers.js';
import type { DiscordApi } from './api.js';
import { classify, classifyHarmless, isId } from './classify.js';
import { directChannels } from './direct-channels.js';

/** Discord's own bound on a nonce. */
const NONCE_CHARACTERS = 25;
/** One page of a channel: a card that has minutes to be answered is on it. */
const LOOKED_THROUGH_MESSAGES = 50;

interface Where {
  readonly channel: string;
  /** Whose direct messages they are; null in a room. */
  readonly user: string | null;
}

export function discordNotifier(api: DiscordApi, applicationId: string): EditingNotifier {
  const direct = directChannels(api);

  async function whereIs({ recipient }: Notice, signal: AbortSignal): Promise<Where | Answer> {
    if (signal.aborted) return { kind: 'deferred', reason: 'aborted' };
    if (recipient.kind === 'room') return { channel: recipient.address, user: null };
    if (recipient.kind !== 'approver') return refusedMessage('recipient_kind');
    const found = await direct.of(recipient.address, signal);
    return found.kind === 'open' ? { channel: found.channel, user: recipient.address } : found;
  }

  /** `key`: the same one is the same message, for as long as Discord keeps its nonce. */
  async function post(where: Where, drawn: { card: CardView; key: string }, signal: AbortSignal): Promise<Answer> {
    const { card, key } = drawn;
    const nonce = sha256Hex(key).slice(0, NONCE_CHARACTERS);
    const body = { ...discordCard(card), nonce, enforce_nonce: true };
    const answer = await api.call({ method: 'POST', path: messagesOf(where.channel), body, signal });
    if (answer.kind === 'refused' && answer.code === 10003 && where.user !== null) direct.forget(where.user);
    return classify(answer, null);
  }

  /** The card, where it is there already; null where it is not, or where the bot may not look. */
  async function find(channel: string, card: CardView, signal: AbortSignal): Promise<Answer | null> {
    const query = new URLSearchParams({ limit: String(LOOKED_THROUGH_MESSAGES) });
    const answer = await api.call({ method: 'GET', path: messagesOf(channel), query, signal });
    if (answer.kind === 'refused') return null;
    if (answer.kind !== 'ok') return classifyHarmless(answer);
    const messages: readonly unknown[] = Array.isArray(answer.body) ? answer.body : [];
    const id = messages.map(fieldsOf).find((message) => isOurs(message, applicationId, card))?.['id'];
    return isId(id) ? { kind: 'delivered', receipt: { channel, message: id } } : null;
  }

  return {
    updates: 'edit',
    traits: { decides: 'in-chat', isIdempotent: true },

    async notify(notice, signal) {
      const where = await whereIs(notice, signal);
      if ('kind' in where) return where;
      const found = notice.attempt > 1 ? await find(where.channel, notice.card, signal) : null;
      return found ?? post(where, { card: notice.card, key: notice.deliveryId }, signal);
    },

    async update({ receipt, card }: UpdateNotice, signal) {
      const { channel, message } = receipt;
      if (!isId(channel) || !isId(message)) return refusedMessage('receipt_unreadable');
      const path = `${messagesOf(channel)}/${message}` as const;
      return classify(await api.call({ method: 'PATCH', path, body: discordCard(card), signal }), receipt);
    },

    /** A new message in the card's own channel, with a nonce of its own. */
    async followUp({ receipt, deliveryId, card }: UpdateNotice, signal) {
      const { channel } = receipt;
      if (!isId(channel)) return refusedMessage('receipt_unreadable');
      return post({ channel, user: null }, { card, key: followUpKey(deliveryId, card.revision) }, signal);
    },
  };
}

function messagesOf(channel: NonNullable<Receipt[string]> & string): `/${string}` {
  return `/channels/${encodeURIComponent(channel)}/messages`;
}

/** By the bot itself, which no other author can be, and with the mark of the request at the end of its footer. */
function isOurs(message: Readonly<Record<string, unknown>>, applicationId: string, card: CardView): boolean {
  if (fieldsOf(message['author'])['id'] !== applicationId) return false;
  const embeds: readonly unknown[] = Array.isArray(message['embeds']) ? message['embeds'] : [];
  return embeds.some((embed) => {
    const { text } = fieldsOf(fieldsOf(embed)['footer']);
    return typeof text === 'string' && text.endsWith(discordMark(card.requestId));
  });
}
