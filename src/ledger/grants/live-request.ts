/** The approved requests whose grant still runs: those that revoking and extending concern. */
import { nowOnce, sql } from '../sql.js';

/** A condition on `requests`. Whether the grant itself lives, `grants` says: an operator may have ended it. */
export const HAS_RUNNING_GRANT = sql`outcome = 'approved' AND revoked_at IS NULL AND granted_until > ${nowOnce}`;
