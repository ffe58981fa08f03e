/**
 * Puts a mail before an approver, once: the link in it tells the outcome later, so there is no second mail. Messages
 * without a request go out the same way, as they are written. Every attempt of one delivery carries the same
 * Message-ID, by which mailboxes drop the twin of a mail they have.
 */
import { emailCard } from '../../cards/email.js';
import type { Clock } from '../../src/base/time/clock.js';
import type { MessageContent } from '../../src/contract/message.js';
import type { Answer, MessageNotice, Notice, OneShotNotifier } from '../../src/contract/notifier.js';
import type { SentFrom, Senders } from './senders.js';
import { isMailAddress } from '../../src/base/net/mail-address.js';
import { messageIdOf } from './message-id.js';
import type { ComposedMail, MailAnswer } from './transport.js';

/** Keeps holiday notes and read receipts away (RFC 3834, 5; Microsoft's MS-OXCMAIL, 2.2.3.2.14). */
const HEADERS = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

export function emailNotifier({
  senders,
  clock,
}: {
  readonly senders: Senders;
  readonly clock: Clock;
}): OneShotNotifier {
  async function post(notice: Notice | MessageNotice, content: MessageContent, signal: AbortSignal): Promise<Answer> {
    const to = addressOf(notice);
    if (to === null) return { kind: 'refused', scope: 'recipient', reason: 'not_a_mail_address' };
    const compose = (from: SentFrom): ComposedMail => mailOf(notice, content, { to, ...from, nowMs: clock.nowMs() });
    return answerOf(await senders.send(notice.route ?? null, compose, signal));
  }

  return {
    traits: { decides: 'by-link', isIdempotent: senders.isIdempotent, isMail: true },
    updates: 'none',
    notify: (notice, signal) => post(notice, emailCard(notice.card), signal),
    send: (notice, signal) => post(notice, notice.content, signal),
  };
}

/** A recipient that a mail system refuses has bounced, whether it says so now or in a mail later. */
function answerOf(answer: MailAnswer): Answer {
  if (answer.kind === 'refused' && answer.scope === 'recipient') return { ...answer, isBounce: true };
  if (!('correlation' in answer)) return answer;
  const { correlation: receipt, ...said } = answer;
  return { ...said, receipt };
}

function addressOf({ recipient }: Pick<Notice | MessageNotice, 'recipient'>): string | null {
  if (recipient.kind === 'consumer' || recipient.kind === 'callback') return null;
  return isMailAddress(recipient.address) ? recipient.address : null;
}

function mailOf(
  { deliveryId, attempt, isMaybeThere = false }: Pick<Notice, 'deliveryId' | 'attempt' | 'isMaybeThere'>,
  { subject, text, html }: MessageContent,
  { to, from, mailbox, replyTo, headers, nowMs: dateMs }: SentFrom & { to: string; nowMs: number },
): ComposedMail {
  // what comes back comes to the mailbox, and is known by its domain, whomever the mail is from
  const messageId = messageIdOf(deliveryId, (mailbox ?? from.address).split('@')[1] ?? '');
  const further = {
    ...(mailbox === undefined ? {} : { mailbox }),
    headers: { ...headers, ...HEADERS },
    ...(replyTo === undefined ? {} : { replyTo }),
  };
  const before = { isFirstAttempt: attempt === 1, isMaybeThere };
  return { from, to, subject, text, html, messageId, dateMs, ...further, ...before };
}
