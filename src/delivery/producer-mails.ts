/**
 * Mails that other services order: one message a recipient, queued as all messages are, in one commit with the record of the mail.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Random } from '../base/crypto/random.js';
import { sha256Hex } from '../base/crypto/digest.js';
import type { Ledger, Messages, NewMessage, QueuedMessage } from '../contract/ledger.js';
import type { MailOrder, ProducerMails } from '../contract/producer-mails.js';
import { toldMail } from './told-mail.js';

export interface ProducerMailsDeps {
  readonly ledger: Pick<Ledger, 'producerMails'>;
  readonly messages: Pick<Messages, 'prepare'>;
  /** The channel that sends mails; null: none is configured. */
  readonly channel: ChannelName | null;
  readonly random: Pick<Random, 'id'>;
}

export function createProducerMails({ ledger, messages, channel, random }: ProducerMailsDeps): ProducerMails {
  return {
    async order(order) {
      if (channel === null) return { kind: 'not_configured' };
      const id = random.id();
      const prepared = order.to.map((address) => {
        const made = messages.prepare(messageOf(order, { id, channel, address }));
        return { address, message: made.kind === 'prepared' ? made.message : null };
      });
      const malformed = prepared.filter(({ message }) => message === null);
      if (malformed.length > 0) return { kind: 'malformed', addresses: malformed.map(({ address }) => address) };
      const queued = prepared.flatMap(({ message }): QueuedMessage[] => (message === null ? [] : [message]));
      return ledger.producerMails.add({ ...recordOf(order), id, messages: queued });
    },
    async find(input) {
      const mail = await ledger.producerMails.find(input);
      return mail === null ? null : toldMail(mail);
    },
  };
}

function recordOf({
  producer,
  caller,
  idempotencyKey,
  bodyHash,
  startAfterMs,
  giveUpAfterMs,
  caps,
  isToldOf,
}: MailOrder) {
  return { producer, caller, idempotencyKey, bodyHash, startAfterMs, giveUpAfterMs, caps, isToldOf };
}

interface Of {
  readonly id: string;
  readonly channel: ChannelName;
  readonly address: string;
}

function messageOf(order: MailOrder, { id, channel, address }: Of): NewMessage {
  return {
    kind: 'mail',
    channel,
    recipient: { kind: 'mailbox', address },
    about: { kind: 'producer_mail', id },
    payload: order.content,
    startAfterMs: order.startAfterMs,
    giveUpAfterMs: order.giveUpAfterMs,
    scope: { producer: order.producer, site: order.site, mailbox: order.mailbox },
    idempotencyKey: `producer_mail:${id}:${sha256Hex(address)}`,
  };
}
