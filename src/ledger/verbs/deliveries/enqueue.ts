/** Queues a message without a request. The courier of whichever process is free sends it. */
import type { QueueAnswer, QueuedMessage } from '../../../contract/ledger.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { insertInto } from '../../tables/insert.js';
import { greatest, least, now, sql, whole, type Sql } from '../../sql.js';
import { storedAbout } from './about.js';
import { announceDue } from './announce-due.js';
import { storedRecipient } from './recipient.js';
import { UNSENT } from './unsent.js';

/** The update changes nothing: it is there so that the row that has the key is locked and answered, in one statement. */
export function* enqueue(message: QueuedMessage): UnitOfWork<QueueAnswer> {
  const { id, channel } = message;
  const written = yield* row<Pick<DeliveryRow, 'id'>>(sql`
    ${queuedMessage(message)}
    ON CONFLICT (kind, idempotency_key) WHERE idempotency_key IS NOT NULL
    DO UPDATE SET idempotency_key = excluded.idempotency_key
    RETURNING id`);
  if (written === null) throw new Error('a message is queued or known');
  if (written.id !== id) return { kind: 'known', deliveryId: written.id };
  yield* announceDue([channel]);
  return { kind: 'queued', deliveryId: id };
}

function endOf({ giveUpAfterMs, giveUpAtMs }: QueuedMessage): Sql {
  const byAge = sql`${now} + ${whole(giveUpAfterMs)}`;
  return giveUpAtMs === undefined ? byAge : sql`${least}(${byAge}, ${whole(giveUpAtMs)})`;
}

/** The INSERT of a message. It begins to be due when its sender said. */
export function queuedMessage(message: QueuedMessage): Sql {
  const { id, kind, channel, about } = message;
  return insertInto(deliveries, {
    id,
    channel,
    carrier: channel,
    kind,
    due_at: message.startAtMs === undefined ? now : sql`${greatest}(${now}, ${whole(message.startAtMs)})`,
    give_up_at: 0,
    wanted_revision: 0,
    created_at: now,
    about: about === null ? null : storedAbout(about),
    sealed_payload: message.sealedPayload,
    expires_at: endOf(message),
    resend_for: message.resendForMs ?? null,
    idempotency_key: message.idempotencyKey,
    mail_scope: message.scope === undefined ? null : JSON.stringify(message.scope),
    ...storedRecipient(message.recipient),
    ...UNSENT,
  });
}
