/** The canary and the ping: whether `GATE_SECRET` is the right one, and whether the database answers at all. */
import type { CanaryRow } from '../entities/identity.js';
import { row, rows, type Program } from '../program.js';
import { sql } from '../sql.js';

/** Writes at every start, even where the row is there: a database that takes no writes is noticed before anybody relies on it. */
export function* canary(sealedWhenNew: string): Program<string> {
  const written = yield* row<CanaryRow>(sql`
    INSERT INTO canary (id, sealed) VALUES (1, ${sealedWhenNew})
    ON CONFLICT (id) DO UPDATE SET sealed = canary.sealed RETURNING *`);
  if (written === null) throw new Error('the canary was just written');
  return written.sealed;
}

export function* ping(): Program<void> {
  yield* rows(sql`SELECT 1 AS one`);
}
