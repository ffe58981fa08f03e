/**
 * Mails that other services order: one message a recipient, queued as all messages are, in one commit with the record of the mail.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Random } from '../base/crypto/random.js';
import { sameMailbox } from '../base/net/mailbox.js';
import { sha256Hex } from '../base/crypto/digest.js';
import type { Ledger, Messages, NewMessage, QueuedMessage } from '../contract/ledger.js';
import type { MailRecords, SenderMailbox } from '../contract/mail-records.js';
import type { MailOrder, ProducerMails } from '../contract/producer-mails.js';
import { toldMail } from './told-mail.js';

export interface ProducerMailsDeps {
  readonly ledger: Pick<Ledger, 'producerMails'>;
  readonly messages: Pick<Messages, 'prepare'>;
  /** The channel that sends mails; null: none is configured. */
  readonly channel: ChannelName | null;
  /** Those that mails may be from, and that have a provider. */
  readonly mailboxes: MailRecords['mailboxes'];
  readonly random: Pick<Random, 'id'>;
}

export function createProducerMails(deps: ProducerMailsDeps): ProducerMails {
  const { ledger, messages, channel, mailboxes, random } = deps;
  return {
    async order(order) {
      if (channel === null) return { kind: 'not_configured' };
      const there = await mailboxes();
      const open = there.filter((mailbox) => isOpenTo(order, mailbox));
      if (there.length === 0 || (order.mailbox === null && open.length === 0)) return { kind: 'not_configured' };
      if (order.mailbox !== null && !open.some(({ address }) => address === sameMailbox(order.mailbox ?? '')))
        return { kind: 'unknown_mailbox' };
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

/**
 * Whether a mail of this order may go from the mailbox. Whoever chooses one later passes over those that are for others; here their
 * producer would never learn why. One that is paused is open: its mails wait.
 */
function isOpenTo({ producer, site }: MailOrder, { sites, producers }: SenderMailbox): boolean {
  const isForAll = sites.length === 0 && producers.length === 0;
  return isForAll || producers.includes(producer) || (site !== null && sites.includes(site));
}

function recordOf({ producer, caller, idempotencyKey, bodyHash, startAtMs, giveUpAtMs, caps, isToldOf }: MailOrder) {
  return { producer, caller, idempotencyKey, bodyHash, startAtMs, giveUpAtMs, caps, isToldOf };
}

/** Its own end comes before: at most 30 days ahead and 7 behind that. */
const LONGEST_MS = 38 * 86_400_000;

interface Of {
  readonly id: string;
  readonly channel: ChannelName;
  readonly address: string;
}

function messageOf(order: MailOrder, { id, channel, address }: Of): NewMessage {
  const { producer, site, mailbox } = order;
  return {
    kind: 'mail',
    channel,
    recipient: { kind: 'mailbox', address },
    about: { kind: 'producer_mail', id },
    payload: order.content,
    ...(order.startAtMs === null ? {} : { startAtMs: order.startAtMs }),
    giveUpAfterMs: LONGEST_MS,
    giveUpAtMs: order.giveUpAtMs,
    ...(order.resendForMs === undefined ? {} : { resendForMs: order.resendForMs }),
    scope: { producer, site, mailbox: mailbox === null ? null : sameMailbox(mailbox) },
    idempotencyKey: `producer_mail:${id}:${sha256Hex(address)}`,
  };
}
