/**
 * Closes attempts, many in one commit. Every write demands the claim token; a claim that was lost ends its own attempt
 * as `superseded` and touches nothing else.
 */
import { hasFailed } from '../../../approval/delivery.js';
import type { AttemptResult, AttemptOutcome, DeliveryState } from '../../../contract/ledger.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { locked, now, oneOf, sql, text, whole } from '../../sql.js';
import { announceDue } from './announce-due.js';
import { keepFailures } from '../failures/keep.js';
import { suppressRecipient } from '../suppressions/suppressions.js';
import { countFirst } from './first-failure.js';
import { closeProvider, pauseProvider } from './mail/gates.js';
import { pauseTransport } from './pauses.js';
import { settle, type HeldRow, type Settled } from './settle.js';

export function* close(results: readonly AttemptResult[]): UnitOfWork<readonly AttemptOutcome[]> {
  if (results.length === 0) return [];
  yield* lockRequests(results);
  const outcomes: AttemptOutcome[] = [];
  for (const result of results) outcomes.push(yield* closeOne(result));
  return outcomes;
}

/** Decisions lock requests before deliveries, so results do the same, in sorted order: otherwise they could deadlock. */
function* lockRequests(results: readonly AttemptResult[]): UnitOfWork<void> {
  const ids = results.map(({ deliveryId }) => deliveryId);
  yield* rows(sql`
    SELECT id FROM requests WHERE id IN (SELECT request_id FROM deliveries WHERE id ${oneOf(ids, 'text')})
    ORDER BY id ${locked}`);
}

function* closeOne(result: AttemptResult): UnitOfWork<AttemptOutcome> {
  const held = yield* row<HeldRow>(sql`
    SELECT deliveries.*, coalesce(requests.revision, 0) AS request_revision, ${now} AS now,
      CASE WHEN requests.outcome IS NULL THEN 1 ELSE 0 END AS is_request_open
    FROM deliveries LEFT JOIN requests ON requests.id = deliveries.request_id
    WHERE deliveries.id = ${result.deliveryId} AND deliveries.claim_token = ${result.claimToken}
      AND deliveries.state = 'sending'`);
  if (held === null) return yield* closeLost(result);
  const settled = settle(held, result, yield* isFree(result));
  const { state } = settled;
  if (!(yield* write(held, settled))) return yield* closeLost(result);
  yield* endAttempt(result);
  if (hasFailed(state)) yield* keepFailures([asItFailed(held, settled)], { state, reason: 'too_late' });
  return yield* follow(held, result, state);
}

/** So many attempts of a delivery that were throttled are not counted: with waits of some seconds and more, that is for hours. */
const MAX_FREE_ATTEMPTS = 100;

function* isFree(result: AttemptResult): UnitOfWork<boolean> {
  if (result.kind !== 'retry' || result.throttled === undefined) return false;
  const before = yield* row<{ n: number }>(sql`
    SELECT count(*) AS n FROM attempts
    WHERE delivery_id = ${result.deliveryId} AND outcome = 'retry' AND reason = ${result.reason}`);
  return (before?.n ?? 0) < MAX_FREE_ATTEMPTS;
}

/**
 * False when the lease had expired and somebody else has claimed the delivery meanwhile. What a message says is kept as long
 * as there is something to do, and as long as a provider has not sent it.
 */
function* write(held: HeldRow, settled: Settled): UnitOfWork<boolean> {
  const written = yield* row(sql`
    UPDATE deliveries SET
      state = ${settled.state}, due_at = ${whole(settled.dueAtMs)}, claim_token = NULL, receipt = ${settled.receipt},
      wanted_revision = ${whole(held.kind === 'card' ? held.request_revision : held.wanted_revision)},
      drawn_revision = ${whole(settled.drawnRevision)}, attempts = ${whole(settled.attempts)},
      last_reason = ${settled.lastReason}, is_maybe_duplicate = ${settled.isMaybeDuplicate ? 1 : 0},
      is_card_lost = ${settled.isCardLost ? 1 : 0}, is_maybe_there = ${settled.isMaybeThere ? 1 : 0},
      sealed_payload = CASE WHEN ${isDone(settled) ? 0 : 1} = 1 THEN sealed_payload END
    WHERE id = ${held.id} AND claim_token = ${held.claim_token} AND state = 'sending'
    RETURNING id`);
  return written !== null;
}

function asItFailed(held: HeldRow, { lastReason: last_reason, ...settled }: Settled): DeliveryRow {
  const is = { is_maybe_there: settled.isMaybeThere ? 1 : 0, is_maybe_duplicate: settled.isMaybeDuplicate ? 1 : 0 };
  return { ...held, last_reason, receipt: settled.receipt, ...is };
}

function isDone({ state, dueAtMs }: Settled): boolean {
  return dueAtMs === null && state !== 'accepted';
}

function* endAttempt(result: AttemptResult): UnitOfWork<void> {
  const reason = 'reason' in result ? result.reason : null;
  const { clientRequestId = null, providerRequestId = null } = result.ids ?? {};
  yield* rows(sql`
    UPDATE attempts SET ended_at = ${now}, outcome = ${result.kind}, reason = ${reason}, took_ms = ${tookMs(result)},
      client_request_id = ${text(clientRequestId)}, provider_request_id = ${text(providerRequestId)}
    WHERE id = ${whole(result.attemptId)} AND ended_at IS NULL`);
}

/** Whole milliseconds: a monotonic clock gives fractions. */
function tookMs(result: AttemptResult): number {
  return Math.round(result.tookMs);
}

function* closeLost(result: AttemptResult): UnitOfWork<AttemptOutcome> {
  yield* rows(sql`
    UPDATE attempts SET ended_at = coalesce(ended_at, ${now}), outcome = 'superseded', took_ms = ${tookMs(result)}
    WHERE id = ${whole(result.attemptId)} AND (ended_at IS NULL OR outcome = 'abandoned')`);
  const { deliveryId } = result;
  const current = yield* row<Pick<DeliveryRow, 'state'>>(sql`SELECT state FROM deliveries WHERE id = ${deliveryId}`);
  return { deliveryId, isHeld: false, state: current?.state ?? 'cancelled', isLastFirstFailure: false };
}

function* follow(held: DeliveryRow, result: AttemptResult, state: DeliveryState): UnitOfWork<AttemptOutcome> {
  yield* closeGates(held, result);
  if (result.kind === 'bounced')
    yield* suppressRecipient(held, { reason: 'bounced', code: result.reason, forMs: result.suppressForMs });
  const isLastFirstFailure = yield* countFirst(held, result);
  const isOver = state === 'sent' || state === 'accepted' || hasFailed(state);
  if (held.kind === 'callback' && isOver && held.request_id !== null) yield* eraseToken(held.request_id);
  if (state === 'queued') yield* announceDue([held.carrier]);
  return { deliveryId: held.id, isHeld: true, state, isLastFirstFailure };
}

/** What an attempt says of the provider that it went to. */
function* closeGates({ carrier, provider }: DeliveryRow, result: AttemptResult): UnitOfWork<void> {
  if (result.kind === 'paused' && result.provider !== undefined) yield* pauseProvider(result.provider, result);
  else if (result.kind === 'paused') yield* pauseTransport(carrier, { ...result, provider });
  if (result.kind === 'retry' && result.gateMs !== undefined && provider !== null)
    yield* closeProvider(provider, result.gateMs);
}

/** The producer has been told, or never will be, so nobody needs the token any more. */
function* eraseToken(requestId: string): UnitOfWork<void> {
  yield* rows(sql`UPDATE requests SET sealed_token = NULL WHERE id = ${requestId}`);
}
