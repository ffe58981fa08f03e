/** The canary and the ping: whether this is the right secret, and whether the database answers at all. */
import type { CanaryRow } from '../entities/identity.js';
import { row, rows, type Program } from '../program.js';
import { sql } from '../sql.js';

export function* canary(sealedWhenNew: string): Program<string> {
  yield* rows(sql`INSERT INTO canary (id, sealed) VALUES (1, ${sealedWhenNew}) ON CONFLICT (id) DO NOTHING`);
  const found = yield* row<CanaryRow>(sql`SELECT * FROM canary WHERE id = 1`);
  if (found === null) throw new Error('the canary was just written');
  return found.sealed;
}

export function* ping(): Program<void> {
  yield* rows(sql`SELECT 1 AS one`);
}
