/**
 * Redrives what has failed, bounced or was cancelled: a new delivery takes its place and names it; that one stays. An index holds that a delivery
 * is redriven once. Another says that one recipient gets one card of a request over a channel, and holds for every version that runs;
 * so a redriven one has a recipient key of its own.
 */
import { isRetriable } from '../../../approval/delivery.js';
import type { AuditEntry, QueueLedger, Redriven, RedriveRefusal } from '../../../contract/ledger.js';
import { announceDue } from '../deliveries/announce-due.js';
import { isMessage } from '../deliveries/kinds.js';
import { OUTCOME_RETRIES_MS } from '../deliveries/raise.js';
import { UNSENT } from '../deliveries/unsent.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole, type Sql } from '../../sql.js';
import { auditHeld, hold, type Held } from './held.js';

type Input = Parameters<QueueLedger['redrive']>[0];

export function* redrive(input: Input, audit: AuditEntry): UnitOfWork<Redriven> {
  const held = yield* hold(input.deliveryId);
  if (held === null) return { kind: 'refused', reason: 'unknown', redrivenAs: null };
  const { delivery } = held;
  const again = yield* row<Pick<DeliveryRow, 'id'>>(sql`SELECT id FROM deliveries WHERE redrive_of = ${delivery.id}`);
  const clock = yield* row<{ at: number }>(sql`SELECT ${now} AS at`);
  const reason = again === null ? refusalOf(held, clock?.at ?? 0) : 'already_redriven';
  if (reason !== null) return { kind: 'refused', reason, redrivenAs: again?.id ?? null };
  // whoever holds a delivery is the only one to redrive it
  yield* rows(insertInto(deliveries, inPlaceOf(held, input)));
  yield* auditHeld(held, audit, { before: delivery.state, after: 'queued', redrivenAs: input.newId });
  yield* announceDue([delivery.carrier]);
  return { kind: 'redriven', deliveryId: input.newId };
}

function refusalOf({ delivery, request }: Held, nowMs: number): RedriveRefusal | null {
  const { kind, state } = delivery;
  if (!isRetriable(state)) return 'not_ended';
  if (isMessage(kind)) {
    const isOver = (delivery.expires_at ?? 0) <= nowMs;
    return isOver || delivery.sealed_payload === null ? 'payload_erased' : null;
  }
  if (kind === 'callback') return (request?.sealed_token ?? null) === null ? 'token_erased' : null;
  return request?.outcome !== null || request.deadline_at <= nowMs ? 'request_over' : null;
}

/** A card ends with its request, and a message when whoever sent it said; a callback has its day anew. */
function inPlaceOf({ delivery, request }: Held, { newId, sealedPayload }: Input) {
  const { kind, request_id, channel, carrier, recipient, about, expires_at, give_up_at, mail_scope } = delivery;
  const isThere = delivery.receipt !== null && delivery.state !== 'bounced';
  const mayBeTwice = isThere || delivery.is_maybe_there === 1 || delivery.is_maybe_duplicate === 1;
  const ends: Sql = kind === 'callback' ? sql`${now} + ${whole(OUTCOME_RETRIES_MS)}` : whole(give_up_at);
  return {
    ...{ id: newId, request_id, channel, carrier, kind, recipient },
    recipient_key: `${digestOf(delivery.recipient_key)}:${delivery.id}`,
    due_at: now,
    give_up_at: ends,
    wanted_revision: request?.revision ?? 0,
    created_at: now,
    mail_scope,
    ...{ about, expires_at, sealed_payload: isMessage(kind) ? sealedPayload : null },
    redrive_of: delivery.id,
    ...UNSENT,
    is_maybe_duplicate: mayBeTwice ? 1 : 0,
  };
}

/** Of a key that a redriven delivery has: what stands before the id. */
function digestOf(key: string): string {
  return key.split(':')[0] ?? key;
}
