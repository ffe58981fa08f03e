/**
 * Closes attempts, many in one commit. Every write demands the claim token; a claim that was lost ends its own attempt
 * as `superseded` and touches nothing else.
 */
import type { Closing, ClosingOutcome, DeliveryState } from '../../contract/ledger.js';
import type { DeliveryRow } from '../entities/deliveries.js';
import { row, rows, type Program } from '../program.js';
import { locked, now, oneOf, sql, whole } from '../sql.js';
import { announceDue } from './announce-due.js';
import { countFirst } from './first-failure.js';
import { pauseCarrier } from './pauses.js';
import { settle, type HeldRow, type Settled } from './settle.js';

export function* close(closings: readonly Closing[]): Program<readonly ClosingOutcome[]> {
  if (closings.length === 0) return [];
  yield* lockRequests(closings);
  const outcomes: ClosingOutcome[] = [];
  for (const closing of closings) outcomes.push(yield* closeOne(closing));
  return outcomes;
}

/** Decisions lock requests before deliveries, so closings do the same, in sorted order: otherwise they could deadlock. */
function* lockRequests(closings: readonly Closing[]): Program<void> {
  const ids = closings.map(({ deliveryId }) => deliveryId);
  yield* rows(sql`
    SELECT id FROM requests WHERE id IN (SELECT request_id FROM deliveries WHERE id ${oneOf(ids, 'text')})
    ORDER BY id ${locked}`);
}

function* closeOne(closing: Closing): Program<ClosingOutcome> {
  const held = yield* row<HeldRow>(sql`
    SELECT deliveries.*, requests.revision AS request_revision, ${now} AS now,
      CASE WHEN requests.outcome IS NULL THEN 1 ELSE 0 END AS is_request_open
    FROM deliveries JOIN requests ON requests.id = deliveries.request_id
    WHERE deliveries.id = ${closing.deliveryId} AND deliveries.claim_token = ${closing.claimToken}
      AND deliveries.state = 'sending'`);
  if (held === null) return yield* closeLost(closing);
  const settled = settle(held, closing);
  if (!(yield* write(held, settled))) return yield* closeLost(closing);
  yield* endAttempt(closing);
  return yield* follow(held, closing, settled.state);
}

/** False when the lease had expired and somebody else has claimed the delivery meanwhile. */
function* write(held: HeldRow, settled: Settled): Program<boolean> {
  const written = yield* row(sql`
    UPDATE deliveries SET
      state = ${settled.state}, due_at = ${whole(settled.dueAtMs)}, claim_token = NULL, receipt = ${settled.receipt},
      wanted_revision = ${whole(held.kind === 'card' ? held.request_revision : held.wanted_revision)},
      drawn_revision = ${whole(settled.drawnRevision)}, attempts = ${whole(settled.attempts)},
      last_reason = ${settled.lastReason}, is_maybe_duplicate = ${settled.isMaybeDuplicate ? 1 : 0},
      is_card_lost = ${settled.isCardLost ? 1 : 0}, is_maybe_there = ${settled.isMaybeThere ? 1 : 0}
    WHERE id = ${held.id} AND claim_token = ${held.claim_token} AND state = 'sending'
    RETURNING id`);
  return written !== null;
}

function* endAttempt(closing: Closing): Program<void> {
  const reason = 'reason' in closing ? closing.reason : null;
  yield* rows(sql`
    UPDATE attempts SET ended_at = ${now}, outcome = ${closing.kind}, reason = ${reason}, took_ms = ${tookMs(closing)}
    WHERE id = ${whole(closing.attemptId)} AND ended_at IS NULL`);
}

/** Whole milliseconds: a monotonic clock gives fractions. */
function tookMs(closing: Closing): number {
  return Math.round(closing.tookMs);
}

function* closeLost(closing: Closing): Program<ClosingOutcome> {
  yield* rows(sql`
    UPDATE attempts SET ended_at = coalesce(ended_at, ${now}), outcome = 'superseded', took_ms = ${tookMs(closing)}
    WHERE id = ${whole(closing.attemptId)} AND (ended_at IS NULL OR outcome = 'abandoned')`);
  const { deliveryId } = closing;
  const standing = yield* row<{ state: DeliveryState }>(sql`SELECT state FROM deliveries WHERE id = ${deliveryId}`);
  return { deliveryId, isHeld: false, state: standing?.state ?? 'cancelled', isLastFirstFailure: false };
}

function* follow(held: DeliveryRow, closing: Closing, state: DeliveryState): Program<ClosingOutcome> {
  if (closing.kind === 'paused') yield* pauseCarrier(held.carrier, closing);
  const isLastFirstFailure = yield* countFirst(held, closing);
  const isOver = state === 'sent' || state === 'failed';
  if (held.kind === 'callback' && isOver) yield* eraseToken(held.request_id);
  if (state === 'queued') yield* announceDue([held.carrier]);
  return { deliveryId: held.id, isHeld: true, state, isLastFirstFailure };
}

/** The producer has been told, or never will be, so nobody needs the token any more. */
function* eraseToken(requestId: string): Program<void> {
  yield* rows(sql`UPDATE requests SET sealed_token = NULL WHERE id = ${requestId}`);
}
