/** The requests whose grant still runs: those that revoking and extending concern. */
import { nowOnce, sql } from '../sql.js';

/**
 * A condition on `requests`; only an approval has an end of its grant. Whether the grant itself lives, `grants` says: a
 * process of an older version ends it without a word to the request.
 */
export const HAS_RUNNING_GRANT = sql`revoked_at IS NULL AND granted_until > ${nowOnce}`;
