/**
 * Writes the cards of a request. Those that a courier in this process has slots for are written as claimed, so that a
 * card is on its way with the very commit that made it. A recipient that has a card of this request over this channel
 * gets no second one.
 */
import type { FirstClaims, NewDelivery } from '../../contract/ledger.js';
import type { DeliveryRow } from '../entities/deliveries.js';
import type { RequestRow } from '../entities/requests.js';
import { rows, type Program } from '../program.js';
import { list, newClaimToken, now, sql, whole, type Sql } from '../sql.js';
import { storedRecipient } from './recipient.js';

export interface Insertion {
  readonly request: RequestRow;
  readonly deliveries: readonly NewDelivery[];
  readonly firstClaims: FirstClaims | null;
}

/** Answers what was new. Raises the count of first attempts that the request waits for. */
export function* insertDeliveries(wish: Insertion): Program<readonly DeliveryRow[]> {
  const { request, deliveries, firstClaims } = wish;
  if (deliveries.length === 0) return [];
  const paused = new Set((yield* rows<{ carrier: string }>(sql`SELECT carrier FROM pauses`)).map((row) => row.carrier));
  const slots = new Map(Object.entries(firstClaims?.slots ?? {}).filter(([carrier]) => !paused.has(carrier)));
  const leaseMs = firstClaims?.leaseMs ?? 0;
  const values = deliveries.map((delivery) => {
    const isClaimed = takeOne(slots, delivery.carrier);
    return valuesOf({ request, delivery, leaseMs, isClaimed, isPaused: paused.has(delivery.carrier) });
  });
  const written = yield* rows<DeliveryRow>(sql`
    INSERT INTO deliveries (
      id, request_id, channel, carrier, kind, recipient, recipient_key, state, claim_token, due_at, give_up_at,
      wanted_revision, drawn_revision, attempts, is_maybe_duplicate, is_first_ended, created_at)
    VALUES ${list(values)}
    ON CONFLICT (request_id, channel, recipient_key) DO NOTHING
    RETURNING *`);
  const waitedFor = written.filter((row) => row.is_first_ended === 0).length;
  yield* rows(sql`UPDATE requests SET first_open = first_open + ${whole(waitedFor)} WHERE id = ${request.id}`);
  return written;
}

interface NewRow {
  readonly request: RequestRow;
  readonly delivery: NewDelivery;
  readonly leaseMs: number;
  readonly isClaimed: boolean;
  /** Its provider is known to refuse us: nobody waits for this first attempt before saying that all have failed. */
  readonly isPaused: boolean;
}

function valuesOf({ request, delivery, leaseMs, isClaimed, isPaused }: NewRow): Sql {
  const { json, key } = storedRecipient(delivery.recipient);
  const work = isClaimed ? sql`'sending', ${newClaimToken}, ${now} + ${whole(leaseMs)}` : sql`'queued', NULL, ${now}`;
  return sql`(
    ${delivery.id}, ${request.id}, ${delivery.channel}, ${delivery.carrier}, 'card', ${json}, ${key},
    ${work}, ${whole(request.deadline_at)}, ${whole(request.revision)}, 0, ${isClaimed ? 1 : 0}, 0,
    ${isPaused ? 1 : 0}, ${now})`;
}

function takeOne(slots: Map<string, number>, carrier: string): boolean {
  const free = slots.get(carrier) ?? 0;
  if (free <= 0) return false;
  slots.set(carrier, free - 1);
  return true;
}
