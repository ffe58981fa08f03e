/** Raises the revision that the cards of the requests in `won` should show. The courier then redraws them. */
import type { DeliveryRow } from '../../tables/deliveries.js';
import { sql, whole, type Sql } from '../../sql.js';

/** How long redrawing a card, or calling a producer back, is tried after the change that it tells of: a day. */
export const OUTCOME_RETRIES_MS = 86_400_000;

/** The card was not delivered, and no attempt can have delivered it unnoticed. */
const isNowhere = sql`deliveries.receipt IS NULL AND deliveries.is_maybe_there = 0`;

/**
 * A card that was delivered is due again, a card that is being sent is redrawn afterwards, a card not yet sent is cancelled;
 * one that a provider has yet to send is redrawn once it was sent; one that failed, bounced or was cancelled stays so. A card that may be there unnoticed is due again even where it had failed or an operator
 * had cancelled it, because it would go on asking; its attempts are not counted from the start. `at`: when the change happened.
 */
export function raiseWanted(at: Sql): Sql {
  return sql`
    UPDATE deliveries SET
      wanted_revision = won.revision,
      give_up_at = ${at} + ${whole(OUTCOME_RETRIES_MS)},
      due_at = CASE WHEN deliveries.state IN ('sending', 'accepted') THEN deliveries.due_at
                    WHEN ${isNowhere} THEN NULL ELSE ${at} END,
      attempts = CASE WHEN deliveries.state = 'sending' OR deliveries.receipt IS NULL THEN deliveries.attempts ELSE 0 END,
      state = CASE WHEN deliveries.state IN ('sending', 'accepted') THEN deliveries.state
                   WHEN ${isNowhere} THEN 'cancelled' ELSE 'queued' END
    FROM won
    WHERE deliveries.request_id = won.id AND deliveries.kind = 'card'
      AND (deliveries.state IN ('queued', 'retry_wait', 'sending', 'accepted', 'sent')
           OR (deliveries.state IN ('failed', 'cancelled') AND deliveries.receipt IS NULL AND deliveries.is_maybe_there = 1))
    RETURNING deliveries.carrier, deliveries.state`;
}

export type RaisedRow = Pick<DeliveryRow, 'carrier' | 'state'>;

/** The transports that have something to do now. */
export function dueTransports(raised: readonly RaisedRow[]): readonly string[] {
  return raised.filter(({ state }) => state === 'queued').map(({ carrier: transport }) => transport);
}
