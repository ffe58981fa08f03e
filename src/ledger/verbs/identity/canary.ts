/** The canary and the ping: whether `GATE_SECRET` is the right one, and whether the database answers at all. */
import { canary as table, type CanaryRow } from '../../tables/identity.js';
import { insertInto } from '../../tables/insert.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql } from '../../sql.js';

/** Writes at every start, even where the row is there: a database that takes no writes is noticed before anybody relies on it. */
export function* canary(sealedWhenNew: string): UnitOfWork<string> {
  const written = yield* row<CanaryRow>(sql`
    ${insertInto(table, { id: 1, sealed: sealedWhenNew })}
    ON CONFLICT (id) DO UPDATE SET sealed = canary.sealed RETURNING *`);
  if (written === null) throw new Error('the canary was just written');
  return written.sealed;
}

export function* ping(): UnitOfWork<void> {
  yield* rows(sql`SELECT 1 AS one`);
}
