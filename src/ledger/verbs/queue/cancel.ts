/**
 * Cancels what has not been sent. A running attempt loses its claim, so what it answers changes nothing; its call may have had its
 * effect, though, which the answer says and a card remembers: once its request is decided, it is looked for, so that it does not go on asking.
 */
import type { AuditEntry, Cancelled, CancelRefusal } from '../../../contract/ledger.js';
import { abandonOpenAttempts } from '../deliveries/abandon.js';
import { countFirst } from '../deliveries/first-failure.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { sql } from '../../sql.js';
import { auditHeld, hold } from './held.js';

export function* cancel(deliveryId: string, audit: AuditEntry): UnitOfWork<Cancelled> {
  const held = yield* hold(deliveryId);
  if (held === null) return refused('unknown');
  const { delivery } = held;
  const ended = yield* row(sql`
    UPDATE deliveries SET
      state = 'cancelled', due_at = NULL, claim_token = NULL,
      is_maybe_there = CASE WHEN kind = 'card' AND state = 'sending' THEN 1 ELSE is_maybe_there END
    WHERE id = ${deliveryId} AND state IN ('queued', 'retry_wait', 'sending') AND receipt IS NULL
    RETURNING id`);
  if (ended === null) return refused(whyNot(delivery));
  yield* abandonOpenAttempts([delivery]);
  yield* countFirst(delivery, { kind: 'failed' });
  const { state: before } = delivery;
  const isMaybeUnderWay = before === 'sending';
  yield* auditHeld(held, audit, { before, after: 'cancelled', isMaybeUnderWay });
  return { kind: 'cancelled', before, isMaybeUnderWay };
}

/** Of a delivery that is held as it is. */
function whyNot({ due_at, receipt }: DeliveryRow): CancelRefusal {
  return due_at !== null && receipt !== null ? 'already_there' : 'ended';
}

function refused(reason: CancelRefusal): Cancelled {
  return { kind: 'refused', reason };
}
