/**
 * What a mail system tells of a card or a message it had taken. What bounced did not arrive, whatever the courier thought of it, and what
 * was delivered has been sent; all else is only noted. Neither the request's outcome nor a producer's callback is moved by it.
 */
import { hasFailed, type DeliveryState } from '../../../approval/delivery.js';
import type { AuditEntry, DeliveryLedger, DeliveryRecord } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { keepFailures } from '../failures/keep.js';
import { auditHeld, hold } from '../queue/held.js';
import { suppressRecipient } from '../suppressions/suppressions.js';
import { once, REPEATED } from '../replays/once.js';
import { sql } from '../../sql.js';
import { becomeSent } from './confirm-sent.js';
import { deliveryById } from './find.js';
import { uncountFirst } from './first-failure.js';

type Input = Parameters<DeliveryLedger['report']>[0];

export function* report(input: Input, audit: AuditEntry): UnitOfWork<DeliveryRecord | Repeated | null> {
  const { deliveryId, what, reason, replayKey } = input;
  if (!(yield* once(replayKey))) return REPEATED;
  const held = yield* hold(deliveryId);
  if (held === null || held.delivery.kind === 'callback') return null;
  const { delivery } = held;
  const after = yield* note(delivery, input);
  if (what === 'bounced' || what === 'complained')
    yield* suppressRecipient(delivery, { reason: what, code: reason, forMs: input.suppressForMs ?? 0 });
  const detail = { ...audit.detail, report: what, reason };
  yield* auditHeld(held, { ...audit, detail }, { before: delivery.state, after });
  return yield* deliveryById(deliveryId);
}

/** What has failed or bounced keeps its reason. */
function* note(delivery: DeliveryRow, { what, reason }: Input): UnitOfWork<DeliveryState> {
  if (hasFailed(delivery.state)) return delivery.state;
  if (what === 'bounced') return yield* bounce(delivery, reason);
  const isSent = what === 'delivered' && delivery.state === 'accepted';
  const state = isSent ? yield* becomeSent(delivery, delivery.receipt) : delivery.state;
  yield* rows(sql`UPDATE deliveries SET last_reason = ${reason} WHERE id = ${delivery.id}`);
  return state;
}

/** It takes the claim from a courier that is working on the delivery. */
function* bounce(delivery: DeliveryRow, reason: string): UnitOfWork<DeliveryState> {
  yield* keepFailures([{ ...delivery, last_reason: reason }], { state: 'bounced', reason });
  yield* rows(sql`
    UPDATE deliveries SET last_reason = ${reason}, state = 'bounced', due_at = NULL, claim_token = NULL, sealed_payload = NULL
    WHERE id = ${delivery.id}`);
  if (delivery.kind === 'card' && delivery.receipt !== null) yield* uncountFirst(delivery);
  return 'bounced';
}
