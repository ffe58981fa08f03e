/**
 * Puts a mail before an approver, once: the link in it tells the outcome later, so there is no second mail. SMTP has no
 * idempotency key, but a mail has: every attempt of one delivery carries the same Message-ID, by which mailboxes drop
 * the twin of a mail they have.
 */
import { emailCard } from '../../cards/email.js';
import type { Clock } from '../../src/base/clock.js';
import type { Answer, Notice, OneShotNotifier } from '../../src/contract/notifier.js';
import { classify } from './classify.js';
import type { EmailConfig } from './config.js';
import { isMailAddress } from './mail-address.js';
import { messageIdOf } from './message-id.js';
import type { Mail, Postbox } from './postbox.js';

/** Keeps holiday notes and read receipts away (RFC 3834, 5; Microsoft's MS-OXCMAIL, 2.2.3.2.14). */
const HEADERS = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

export function emailNotifier(parts: {
  readonly from: EmailConfig['from'];
  readonly postbox: Postbox;
  readonly clock: Clock;
}): OneShotNotifier {
  return {
    traits: { decides: 'by-link', isIdempotent: true },
    updates: 'none',
    async notify(notice, signal): Promise<Answer> {
      const to = addressOf(notice);
      if (to === null) return { kind: 'refused', scope: 'recipient', reason: 'not_a_mail_address' };
      const mail = mailOf(notice, { to, from: parts.from, nowMs: parts.clock.nowMs() });
      const posting = await parts.postbox.send(mail, signal);
      if (posting.kind === 'failed') return classify(posting.failure);
      return { kind: 'delivered', receipt: { messageId: mail.messageId } };
    },
  };
}

function addressOf({ recipient }: Notice): string | null {
  if (recipient.kind !== 'approver' && recipient.kind !== 'room') return null;
  return isMailAddress(recipient.address) ? recipient.address : null;
}

function mailOf(notice: Notice, at: { to: string; from: EmailConfig['from']; nowMs: number }): Mail {
  const { subject, text, html } = emailCard(notice.card);
  const domain = at.from.address.split('@')[1] ?? '';
  const messageId = messageIdOf(notice.deliveryId, domain);
  return { from: at.from, to: at.to, subject, text, html, messageId, dateMs: at.nowMs, headers: HEADERS };
}
