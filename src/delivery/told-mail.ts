/** A mail of another service as it is told of it. */
import { iso } from '../base/time/iso.js';
import type { MailAttempt, MailRecipient, ProducerMail } from '../contract/ledger.js';
import type { ToldMail, ToldRecipient } from '../contract/producer-mails.js';

export function toldMail(mail: ProducerMail): ToldMail {
  return {
    mail: mail.id,
    idempotency_key: mail.idempotencyKey,
    status: mail.hasEnded ? 'ended' : 'pending',
    created_at: iso(mail.createdAtMs),
    not_before: iso(mail.notBeforeMs),
    give_up_at: iso(mail.giveUpAtMs),
    recipients: mail.recipients.map(toldRecipient),
  };
}

function toldRecipient({ address, state, lastReason, isMaybeDuplicate, attempts }: MailRecipient): ToldRecipient {
  return {
    to: address,
    state,
    reason: lastReason,
    maybe_duplicate: isMaybeDuplicate,
    attempts: attempts.map(toldAttempt),
  };
}

function toldAttempt({ startedAtMs, endedAtMs, outcome, reason }: MailAttempt): ToldRecipient['attempts'][number] {
  return {
    started_at: iso(startedAtMs),
    ended_at: endedAtMs === null ? null : iso(endedAtMs),
    outcome,
    reason,
  };
}
