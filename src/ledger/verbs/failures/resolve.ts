/** An operator is done with a failure: its record goes, with what its message says. */
import type { AuditEntry } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { FailureRow } from '../../tables/failures.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, nowOnce, sql, whole } from '../../sql.js';

export function* resolveFailure(id: string, audit: AuditEntry): UnitOfWork<boolean> {
  const gone = yield* row<FailureRow>(sql`DELETE FROM failures WHERE id = ${id} RETURNING *`);
  if (gone === null) return false;
  const { kind, channel, state: before, reason, redriven_as: redrivenAs } = gone;
  const detail = { delivery: id, kind, channel, reason, redrivenAs: redrivenAs ?? '', before, after: 'resolved' };
  yield* addAudit({ ...audit, site: gone.site, detail: { ...audit.detail, ...detail } }, gone.request_id);
  return true;
}

/** Erases what messages say that may not be sent again any more. */
export function* erasePayloads(limit: number): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE failures SET sealed_payload = NULL
    WHERE id IN (
      SELECT id FROM failures WHERE sealed_payload IS NOT NULL AND payload_until <= ${nowOnce}
      ORDER BY payload_until LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING id`);
}
