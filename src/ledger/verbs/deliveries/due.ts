/** Which deliveries a courier may take, and what taking one writes. */
import type { DeliveryLedger } from '../../../contract/ledger.js';
import { newClaimToken, now, nowOnce, sql, whole, type Sql } from '../../sql.js';
import { IS_KNOWN_KIND } from './kinds.js';

/**
 * A card that was never sent and whose request has ended or expired: nobody needs to see it any more. A card whose courier
 * died during the call may be on the platform, so it is still claimed, to be redrawn in its final form. A scalar subquery,
 * because PostgreSQL may answer `NOT EXISTS` by scanning all past requests.
 */
export const IS_POINTLESS = sql`(
  receipt IS NULL AND kind = 'card' AND state <> 'sending' AND is_maybe_there = 0
  AND (SELECT requests.outcome IS NOT NULL OR requests.deadline_at <= ${nowOnce}
       FROM requests WHERE requests.id = deliveries.request_id))`;

/** Queued, its wait is over, or its lease ran out; and not past its end. */
export function isDue(transport: string): Sql {
  return sql`carrier = ${transport} AND due_at <= ${nowOnce} AND ${IS_KNOWN_KIND}
    AND (receipt IS NOT NULL OR kind = 'callback' OR coalesce(expires_at, give_up_at) > ${nowOnce})
    AND NOT ${IS_POINTLESS}`;
}

/** Its courier is gone, and its call may have had its effect. */
const RAN_OUT = sql`state = 'sending' AND receipt IS NULL`;

/** `isTwice`: whoever gets it may have it already, by another way. */
export function taken(
  { isIdempotent, leaseMs }: Pick<Parameters<DeliveryLedger['claim']>[0], 'isIdempotent' | 'leaseMs'>,
  isTwice: Sql = sql`false`,
): Sql {
  return sql`
    is_maybe_duplicate = CASE WHEN ${isIdempotent === true ? 0 : 1} = 1 AND state = 'sending'
      AND (receipt IS NULL OR is_card_lost = 1) OR (${isTwice}) THEN 1 ELSE is_maybe_duplicate END,
    is_maybe_there = CASE WHEN ${RAN_OUT} THEN 1 ELSE is_maybe_there END,
    state = 'sending', claim_token = ${newClaimToken}, due_at = ${now} + ${whole(leaseMs)},
    attempts = attempts + 1`;
}
