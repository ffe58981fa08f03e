/**
 * Redrives what has failed, bounced or was cancelled: a new delivery takes its place and names it; that one stays. A failure is redriven
 * by its record, too, whose delivery may be gone. An index holds that a delivery is redriven once. Another says that one recipient gets
 * one card of a request over a channel, and holds for every version that runs; so a redriven one has a recipient key of its own.
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
import { formerOf, type Former } from './former.js';
import { auditHeld } from './held.js';

type Input = Parameters<QueueLedger['redrive']>[0];

export function* redrive(input: Input, audit: AuditEntry): UnitOfWork<Redriven> {
  const former = yield* formerOf(input.deliveryId);
  if (former === null) return { kind: 'refused', reason: 'unknown', redrivenAs: null };
  const { delivery, redrivenAs } = former;
  const clock = yield* row<{ at: number }>(sql`SELECT ${now} AS at`);
  const nowMs = clock?.at ?? 0;
  const reason = redrivenAs === null ? refusalOf(former, nowMs) : 'already_redriven';
  if (reason !== null) return { kind: 'refused', reason, redrivenAs };
  // whoever holds a delivery or its failure is the only one to redrive it
  yield* rows(insertInto(deliveries, inPlaceOf(former, { ...input, nowMs })));
  yield* rows(sql`
    UPDATE failures SET redriven_as = ${input.newId}, redriven_at = ${now}, sealed_payload = NULL WHERE id = ${delivery.id}`);
  yield* auditHeld(former, audit, { before: delivery.state, after: 'queued', redrivenAs: input.newId });
  yield* announceDue([delivery.carrier]);
  return { kind: 'redriven', deliveryId: input.newId };
}

function refusalOf(former: Former, nowMs: number): RedriveRefusal | null {
  const { delivery, request } = former;
  const { kind, state } = delivery;
  if (!isRetriable(state)) return 'not_ended';
  if (isMessage(kind)) return messageRefusal(former, nowMs);
  if (kind === 'callback') return (request?.sealed_token ?? null) === null ? 'token_erased' : null;
  return request?.outcome !== null || request.deadline_at <= nowMs ? 'request_over' : null;
}

/** A failed message has its text with the record of its failure, and a cancelled one has it still. */
function messageRefusal({ delivery, failure }: Former, nowMs: number): RedriveRefusal | null {
  if (delivery.state === 'cancelled' || failure === null) {
    const isOver = (delivery.expires_at ?? 0) <= nowMs;
    return isOver || delivery.sealed_payload === null ? 'payload_erased' : null;
  }
  if (failure.payload_until <= nowMs) return 'message_over';
  return failure.sealed_payload === null ? 'payload_erased' : null;
}

/** A card ends with its request, and a message when whoever sent it said, or a day from now; a callback has its day anew. */
function inPlaceOf(
  { delivery, request, mayBeThere }: Former,
  { newId, sealedPayload, nowMs }: Input & { readonly nowMs: number },
) {
  const { kind, request_id, channel, carrier, recipient, about, give_up_at, resend_for, mail_scope } = delivery;
  const ends: Sql = kind === 'callback' ? sql`${now} + ${whole(OUTCOME_RETRIES_MS)}` : whole(give_up_at);
  return {
    ...{ id: newId, request_id, channel, carrier, kind, recipient },
    recipient_key: `${digestOf(delivery.recipient_key)}:${delivery.id}`,
    due_at: now,
    give_up_at: ends,
    wanted_revision: request?.revision ?? 0,
    created_at: now,
    ...{
      about,
      mail_scope,
      resend_for,
      expires_at: endOf(delivery, nowMs),
      sealed_payload: isMessage(kind) ? sealedPayload : null,
    },
    redrive_of: delivery.id,
    ...UNSENT,
    is_maybe_duplicate: mayBeThere ? 1 : 0,
  };
}

function endOf({ expires_at }: Pick<DeliveryRow, 'expires_at'>, nowMs: number): number | null {
  return expires_at === null || expires_at > nowMs ? expires_at : nowMs + OUTCOME_RETRIES_MS;
}

/** Of a key that a redriven delivery has: what stands before the id. */
function digestOf(key: string): string {
  return key.split(':')[0] ?? key;
}
