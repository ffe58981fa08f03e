/** Raises the revision that cards should show, for the requests in `won`: what is drawn follows, and never leads. */
import { sql, whole, type Sql } from '../sql.js';

/** Redrawn cards and callbacks are tried for a day after what they tell of. */
export const OUTCOME_RETRIES_MS = 86_400_000;

/** Nobody has it, and no attempt can have put it there. */
const isNowhere = sql`deliveries.receipt IS NULL AND deliveries.is_maybe_there = 0`;

/**
 * A card being sent is redrawn later, one that is there is due again, one not yet sent is cancelled; one that failed or
 * was cancelled stays so. One that may be there is looked for, its attempts counted on, even where it was given up: it would
 * go on asking. `at`: when that happened which they are to show.
 */
export function raiseWanted(at: Sql): Sql {
  return sql`
    UPDATE deliveries SET
      wanted_revision = won.revision,
      give_up_at = ${at} + ${whole(OUTCOME_RETRIES_MS)},
      due_at = CASE WHEN deliveries.state = 'sending' THEN deliveries.due_at
                    WHEN ${isNowhere} THEN NULL ELSE ${at} END,
      attempts = CASE WHEN deliveries.state = 'sending' OR deliveries.receipt IS NULL THEN deliveries.attempts ELSE 0 END,
      state = CASE WHEN deliveries.state = 'sending' THEN 'sending'
                   WHEN ${isNowhere} THEN 'cancelled' ELSE 'queued' END
    FROM won
    WHERE deliveries.request_id = won.id AND deliveries.kind = 'card'
      AND (deliveries.state IN ('queued', 'retry_wait', 'sending', 'sent')
           OR (deliveries.state = 'failed' AND deliveries.receipt IS NULL AND deliveries.is_maybe_there = 1))
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
