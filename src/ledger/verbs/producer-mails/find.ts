/** Reads mails that other services ordered, with how each recipient stands. */
import type { MailAttempt, MailRecipient, ProducerMail, ProducerMailLedger } from '../../../contract/ledger.js';
import type { AttemptRow, DeliveryRow } from '../../tables/deliveries.js';
import type { ProducerMailRow } from '../../tables/producer-mails.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, oneOf, sql } from '../../sql.js';
import { storedAbout } from '../deliveries/about.js';
import { readRecipient } from '../deliveries/recipient.js';

type Input = Parameters<ProducerMailLedger['find']>[0];

export type FoundMail = ProducerMailRow & { readonly is_over: number };

export const FOUND = sql`*, CASE WHEN expires_at <= ${now} THEN 1 ELSE 0 END AS is_over`;

export function* findProducerMail({ id, producer }: Input): UnitOfWork<ProducerMail | null> {
  const mail = yield* row<FoundMail>(
    sql`SELECT ${FOUND} FROM producer_mails WHERE id = ${id} AND producer = ${producer}`,
  );
  return mail === null ? null : ((yield* whole([mail]))[0] ?? null);
}

/** The mails with their recipients. Of a recipient that was redriven, the last delivery stands for it. */
export function* whole(mails: readonly FoundMail[]): UnitOfWork<readonly ProducerMail[]> {
  if (mails.length === 0) return [];
  const deliveries = yield* rows<DeliveryRow>(sql`
    SELECT * FROM deliveries
    WHERE about ${oneOf(mails.map(aboutOf), 'text')}
      AND (SELECT again.id FROM deliveries again WHERE again.redrive_of = deliveries.id) IS NULL`);
  const attempts = yield* rows<AttemptRow>(sql`
    SELECT * FROM attempts WHERE delivery_id ${oneOf(
      deliveries.map(({ id }) => id),
      'text',
    )} ORDER BY id`);
  return mails.map((mail) => {
    const own = deliveries.filter(({ about }) => about === aboutOf(mail));
    return recordOf(mail, own, attempts);
  });
}

export function aboutOf({ id }: Pick<ProducerMailRow, 'id'>): string {
  return storedAbout({ kind: 'producer_mail', id });
}

function recordOf(mail: FoundMail, own: readonly DeliveryRow[], attempts: readonly AttemptRow[]): ProducerMail {
  const recipients = own
    .map((delivery) => recipientOf(delivery, attempts))
    .sort((one, other) => (one.address < other.address ? -1 : 1));
  return {
    id: mail.id,
    producer: mail.producer,
    idempotencyKey: mail.idempotency_key,
    createdAtMs: mail.created_at,
    notBeforeMs: mail.start_at,
    giveUpAtMs: mail.expires_at,
    recipientCount: mail.recipients,
    recipients,
    hasEnded: own.every(({ due_at, state }) => due_at === null && (state !== 'accepted' || mail.is_over === 1)),
  };
}

function recipientOf(delivery: DeliveryRow, attempts: readonly AttemptRow[]): MailRecipient {
  const recipient = readRecipient(delivery.recipient);
  return {
    address: recipient.kind === 'mailbox' ? recipient.address : '',
    deliveryId: delivery.id,
    state: delivery.state,
    lastReason: delivery.last_reason,
    isMaybeDuplicate: delivery.is_maybe_duplicate === 1,
    attempts: attempts.filter(({ delivery_id }) => delivery_id === delivery.id).map(attemptOf),
  };
}

function attemptOf({ started_at, ended_at, outcome, reason }: AttemptRow): MailAttempt {
  return { startedAtMs: started_at, endedAtMs: ended_at, outcome, reason };
}
