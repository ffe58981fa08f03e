/** Takes what a process counted in its memory. Its mark rises with each flush, so that one which comes again adds nothing. */
import type { FlushInput } from '../../../contract/telemetry-ledger.js';
import { insertInto } from '../../tables/insert.js';
import { rollupMarks } from '../../tables/rollups.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql } from '../../sql.js';
import { addCounts } from './add.js';

export function* flush({ process, sequence, counts }: FlushInput): UnitOfWork<boolean> {
  const mark = { name: `flush:${process}`, position: sequence, at: now };
  const taken = yield* row<{ readonly at: number }>(sql`
    ${insertInto(rollupMarks, mark)}
    ON CONFLICT (name) DO UPDATE SET position = excluded.position, at = excluded.at
    WHERE rollup_marks.position < excluded.position
    RETURNING at`);
  if (taken === null) return false;
  yield* addCounts(
    counts.map((count) => ({ ...count, atMs: taken.at })),
    taken.at,
  );
  return true;
}
