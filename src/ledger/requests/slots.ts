/**
 * The cap: so many slot rows an approver, each taken by one guarded UPDATE and free again by outcome or by time. There
 * is nothing to count, so racers cannot count wrong.
 */
import type { ApproverId } from '../../approval/brand.js';
import { row, rows, type Program } from '../program.js';
import { lockedOrSkipped, nowOnce, oneOf, sql, text, whole, type Sql } from '../sql.js';

export interface SlotWish {
  readonly approver: ApproverId;
  readonly requestId: string;
  readonly untilMs: number;
  /** The cap: slots with a higher number are not used, even if they were once made. */
  readonly max: number;
}

/** Whether a slot was free. Another transaction may be making this approver's slots, so a failed try is made once more. */
export function* takeSlot(wish: SlotWish): Program<boolean> {
  if ((yield* row(takeFree(wish))) !== null) return true;
  yield* rows(makeSlots(wish));
  return (yield* row(takeFree(wish))) !== null;
}

/** Whether this request counts for this approver already. */
export function* holdsSlot(approver: ApproverId, requestId: string): Program<boolean> {
  return (yield* row(sql`SELECT n FROM slots WHERE request_id = ${requestId} AND approver = ${approver}`)) !== null;
}

/** When the first slot of any of these approvers comes free by time, as epoch milliseconds. */
export function* firstFreeAt(approvers: readonly ApproverId[], max: number): Program<number> {
  const first = yield* row<{ until: number | null; now: number }>(sql`
    SELECT min(until) AS until, ${nowOnce} AS now FROM slots
    WHERE approver ${oneOf(approvers, 'text')} AND n < ${whole(max)} AND until > ${nowOnce}`);
  return first?.until ?? first?.now ?? 0;
}

/** Frees the slots of the requests in `won`. They are found by the approvers asked, so slots need no index by request. */
export const freeSlots: Sql = sql`
  UPDATE slots SET until = 0, request_id = NULL FROM won JOIN asked ON asked.request_id = won.id
  WHERE slots.approver = asked.approver AND slots.request_id = won.id RETURNING slots.approver`;

function takeFree({ approver, requestId, untilMs, max }: SlotWish): Sql {
  return sql`
    UPDATE slots SET until = ${whole(untilMs)}, request_id = ${requestId}
    WHERE approver = ${approver} AND until <= ${nowOnce} AND n = (
      SELECT n FROM slots WHERE approver = ${approver} AND n < ${whole(max)} AND until <= ${nowOnce}
      ORDER BY n LIMIT 1 ${lockedOrSkipped})
    RETURNING n`;
}

/** Slots are made when an approver first needs them, or when the cap was raised. */
function makeSlots({ approver, max }: SlotWish): Sql {
  return sql`
    INSERT INTO slots (approver, n, until)
    SELECT ${text(approver)}, made.n, 0
    FROM (WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ${whole(max)})
          SELECT n FROM counted) made
    WHERE true
    ON CONFLICT (approver, n) DO NOTHING`;
}
