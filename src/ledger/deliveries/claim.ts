/**
 * Claims due deliveries of one carrier: those queued, those whose wait is over, and those whose lease ran out because
 * their courier is gone. `due_at` says all three.
 */
import type { Claim, DeliveryLedger } from '../../contract/ledger.js';
import type { DeliveryRow, PauseRow } from '../entities/deliveries.js';
import type { RequestRow } from '../entities/requests.js';
import { row, rows, type Program } from '../program.js';
import { lockedOrSkipped, newClaimToken, now, nowOnce, oneOf, sql, whole } from '../sql.js';
import { begin } from './begin.js';

type Wish = Parameters<DeliveryLedger['claim']>[0];

export function* claim(wish: Wish): Program<readonly Claim[]> {
  const pause = yield* row<PauseRow>(sql`SELECT * FROM pauses WHERE carrier = ${wish.carrier}`);
  if (pause === null) return yield* claimDue(wish, { isProbe: false });
  if (!(yield* takeProbe(wish))) return [];
  const probe = yield* claimDue({ ...wish, limit: Math.min(wish.limit, 1) }, { isProbe: true });
  if (probe.length === 0) yield* giveBackProbe(pause);
  return probe;
}

/** One probe at a time: the claim that moves `probe_at` forward is the one that may probe. */
function* takeProbe({ carrier, leaseMs }: Wish): Program<boolean> {
  const taken = yield* row(sql`
    UPDATE pauses SET probe_at = ${now} + ${whole(leaseMs)}
    WHERE carrier = ${carrier} AND probe_at <= ${now} RETURNING carrier`);
  return taken !== null;
}

function* giveBackProbe({ carrier, probe_at }: PauseRow): Program<void> {
  yield* rows(sql`UPDATE pauses SET probe_at = ${whole(probe_at)} WHERE carrier = ${carrier}`);
}

function* claimDue(wish: Wish, { isProbe }: { readonly isProbe: boolean }): Program<readonly Claim[]> {
  yield* cancelPointless(wish);
  const taken = yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET
      is_maybe_duplicate = CASE WHEN ${wish.isIdempotent === true ? 0 : 1} = 1 AND state = 'sending'
        AND (receipt IS NULL OR is_card_lost = 1) THEN 1 ELSE is_maybe_duplicate END,
      is_maybe_there = CASE WHEN state = 'sending' AND receipt IS NULL THEN 1 ELSE is_maybe_there END,
      state = 'sending', claim_token = ${newClaimToken}, due_at = ${now} + ${whole(wish.leaseMs)},
      attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM deliveries WHERE carrier = ${wish.carrier} AND due_at <= ${nowOnce}
        AND (receipt IS NOT NULL OR kind = 'callback' OR give_up_at > ${nowOnce}) AND NOT ${IS_POINTLESS}
      ORDER BY due_at LIMIT ${whole(wish.limit)} ${lockedOrSkipped})
    RETURNING *`);
  if (taken.length === 0) return [];
  yield* abandonOpenAttempts(taken);
  const requestIds = [...new Set(taken.map(({ request_id }) => request_id))];
  const requests = yield* rows<RequestRow>(sql`SELECT * FROM requests WHERE id ${oneOf(requestIds, 'text')}`);
  return yield* begin(taken, { requests, isProbe });
}

/**
 * A card that was never sent and whose request has ended or expired: nobody needs to see it any more. A card whose courier
 * died during the call may be on the platform, so it is still claimed, to be redrawn in its final form. A scalar subquery,
 * because PostgreSQL may answer `NOT EXISTS` by scanning all past requests.
 */
const IS_POINTLESS = sql`(
  receipt IS NULL AND kind = 'card' AND state <> 'sending' AND is_maybe_there = 0
  AND (SELECT requests.outcome IS NOT NULL OR requests.deadline_at <= ${nowOnce}
       FROM requests WHERE requests.id = deliveries.request_id))`;

/** How many pointless cards one claim cancels at most, so that a claim's cost does not grow with the queue. */
const POINTLESS_AT_ONCE = 64;

/** Where none is among those that would be claimed, what is behind them is not looked at. */
function* cancelPointless({ carrier, limit }: Wish): Program<void> {
  const cancelled = yield* cancelPointlessAmong(carrier, limit);
  if (cancelled > 0) yield* cancelPointlessAmong(carrier, POINTLESS_AT_ONCE);
}

/** How many there were among so many of those that are due first. */
function* cancelPointlessAmong(carrier: string, first: number): Program<number> {
  const cancelled = yield* rows(sql`
    UPDATE deliveries SET state = 'cancelled', due_at = NULL, claim_token = NULL
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE id IN (SELECT id FROM deliveries WHERE carrier = ${carrier} AND due_at <= ${nowOnce}
                   ORDER BY due_at LIMIT ${whole(first)})
        AND ${IS_POINTLESS}
      ${lockedOrSkipped})
    RETURNING id`);
  return cancelled.length;
}

/** Marks the attempts of couriers that are gone: nobody will ever report how they ended. */
function* abandonOpenAttempts(taken: readonly DeliveryRow[]): Program<void> {
  const ids = taken.map(({ id }) => id);
  yield* rows(sql`
    UPDATE attempts SET ended_at = ${now}, outcome = 'abandoned'
    WHERE delivery_id ${oneOf(ids, 'text')} AND ended_at IS NULL`);
}
