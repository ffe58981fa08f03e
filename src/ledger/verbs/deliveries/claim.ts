/**
 * Claims due deliveries of one transport: those queued, those whose wait is over, and those whose lease ran out because
 * their courier is gone. `due_at` says all three. Cards that nobody needs any more are cancelled on the way.
 */
import type { Claim, DeliveryLedger } from '../../../contract/ledger.js';
import type { DeliveryRow, PauseRow } from '../../tables/deliveries.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, newClaimToken, now, nowOnce, oneOf, sql, whole } from '../../sql.js';
import { abandonOpenAttempts } from './abandon.js';
import { begin } from './begin.js';
import { IS_KNOWN_KIND } from './kinds.js';

type Input = Parameters<DeliveryLedger['claim']>[0];

export function* claim(input: Input): UnitOfWork<readonly Claim[]> {
  const pause = yield* row<PauseRow>(sql`SELECT * FROM pauses WHERE carrier = ${input.transport}`);
  if (pause === null) return yield* claimDue(input, { isProbe: false });
  if (!(yield* takeProbe(input))) return [];
  const probe = yield* claimDue({ ...input, limit: Math.min(input.limit, 1) }, { isProbe: true });
  if (probe.length === 0) yield* giveBackProbe(pause);
  return probe;
}

/** One probe at a time: the claim that moves `probe_at` forward is the one that may probe. */
function* takeProbe({ transport, leaseMs }: Input): UnitOfWork<boolean> {
  const taken = yield* row(sql`
    UPDATE pauses SET probe_at = ${now} + ${whole(leaseMs)}
    WHERE carrier = ${transport} AND probe_at <= ${now} RETURNING carrier`);
  return taken !== null;
}

function* giveBackProbe({ carrier: transport, probe_at }: PauseRow): UnitOfWork<void> {
  yield* rows(sql`UPDATE pauses SET probe_at = ${whole(probe_at)} WHERE carrier = ${transport}`);
}

function* claimDue(input: Input, { isProbe }: { readonly isProbe: boolean }): UnitOfWork<readonly Claim[]> {
  yield* cancelPointless(input);
  const taken = yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET
      is_maybe_duplicate = CASE WHEN ${input.isIdempotent === true ? 0 : 1} = 1 AND state = 'sending'
        AND (receipt IS NULL OR is_card_lost = 1) THEN 1 ELSE is_maybe_duplicate END,
      is_maybe_there = CASE WHEN state = 'sending' AND receipt IS NULL THEN 1 ELSE is_maybe_there END,
      state = 'sending', claim_token = ${newClaimToken}, due_at = ${now} + ${whole(input.leaseMs)},
      attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM deliveries WHERE carrier = ${input.transport} AND due_at <= ${nowOnce} AND ${IS_KNOWN_KIND}
        AND (receipt IS NOT NULL OR kind = 'callback' OR coalesce(expires_at, give_up_at) > ${nowOnce})
        AND NOT ${IS_POINTLESS}
      ORDER BY due_at LIMIT ${whole(input.limit)} ${lockedOrSkipped})
    RETURNING *`);
  if (taken.length === 0) return [];
  yield* abandonOpenAttempts(taken);
  return yield* begin(taken, { requests: yield* requestsOf(taken), isProbe });
}

function* requestsOf(taken: readonly DeliveryRow[]): UnitOfWork<readonly RequestRow[]> {
  const ids = [...new Set(taken.flatMap(({ request_id }) => request_id ?? []))];
  return ids.length === 0 ? [] : yield* rows<RequestRow>(sql`SELECT * FROM requests WHERE id ${oneOf(ids, 'text')}`);
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
function* cancelPointless({ transport, limit }: Input): UnitOfWork<void> {
  const cancelled = yield* cancelPointlessAmong(transport, limit);
  if (cancelled > 0) yield* cancelPointlessAmong(transport, POINTLESS_AT_ONCE);
}

/** How many there were among so many of those that are due first. */
function* cancelPointlessAmong(transport: string, first: number): UnitOfWork<number> {
  const cancelled = yield* rows(sql`
    UPDATE deliveries SET state = 'cancelled', due_at = NULL, claim_token = NULL
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE id IN (SELECT id FROM deliveries WHERE carrier = ${transport} AND due_at <= ${nowOnce}
                   ORDER BY due_at LIMIT ${whole(first)})
        AND ${IS_POINTLESS}
      ${lockedOrSkipped})
    RETURNING id`);
  return cancelled.length;
}
