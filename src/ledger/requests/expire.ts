/** Expires what nobody answered in time. */
import type { RequestRecord } from '../../approval/request.js';
import type { Program } from '../program.js';
import { lockedOrSkipped, nowOnce, sql, whole } from '../sql.js';
import { conclude } from './conclude.js';
import { EXPIRED } from './decide.js';

/** One that a decision holds right now is passed over: it is decided in time, or expires the next time. */
export function expireDue(limit: number): Program<readonly RequestRecord[]> {
  const where = sql`id IN (
    SELECT id FROM requests WHERE outcome IS NULL AND deadline_at <= ${nowOnce}
    ORDER BY deadline_at LIMIT ${whole(limit)} ${lockedOrSkipped})`;
  return conclude({ ...EXPIRED, where });
}
