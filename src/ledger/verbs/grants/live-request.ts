/** The requests whose grant still runs: those that revoking and extending concern. */
import { nowOnce, sql } from '../../sql.js';

/**
 * A condition on `requests`: approved, and its grant not over by what the request says. Whether the grant itself is live only
 * `grants` knows: a process of an older version revokes a grant without noting it on the request.
 */
export const HAS_RUNNING_GRANT = sql`revoked_at IS NULL AND granted_until > ${nowOnce}`;
