/** Raises the revision that cards should show, for the requests in `won`: what is drawn follows, and never leads. */
import { sql, whole, type Sql } from '../sql.js';

/** Redrawn cards and callbacks are tried for a day after what they tell of. */
export const OUTCOME_RETRIES_MS = 86_400_000;

/**
 * A card being sent is redrawn later, one that is there is due again, one not yet sent is cancelled; one that failed or
 * was cancelled stays so. `at`: when that happened which they are to show.
 */
export function raiseWanted(at: Sql): Sql {
  return sql`
    UPDATE deliveries SET
      wanted_revision = won.revision,
      give_up_at = ${at} + ${whole(OUTCOME_RETRIES_MS)},
      due_at = CASE WHEN deliveries.state = 'sending' THEN deliveries.due_at
                    WHEN deliveries.receipt IS NULL THEN NULL ELSE ${at} END,
      attempts = CASE WHEN deliveries.state = 'sending' THEN deliveries.attempts ELSE 0 END,
      state = CASE WHEN deliveries.state = 'sending' THEN 'sending'
                   WHEN deliveries.receipt IS NULL THEN 'cancelled' ELSE 'queued' END
    FROM won
    WHERE deliveries.request_id = won.id AND deliveries.kind = 'card'
      AND deliveries.state IN ('queued', 'retry_wait', 'sending', 'sent')
    RETURNING deliveries.carrier, deliveries.state`;
}

export interface RaisedRow {
  readonly carrier: string;
  readonly state: string;
}

/** The carriers that have something to do now. */
export function dueCarriers(raised: readonly RaisedRow[]): readonly string[] {
  return raised.filter(({ state }) => state === 'queued').map(({ carrier }) => carrier);
}
