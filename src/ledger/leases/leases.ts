/** Leases: one process at a time owns a named piece of work. Each step is one guarded statement, by the database's clock. */
import type { LeaseLedger } from '../../contract/ledger.js';
import { row, rows, type Program } from '../program.js';
import { now, sql, whole } from '../sql.js';

type TakeWish = Parameters<LeaseLedger['take']>[0];
type GiveBackWish = Parameters<LeaseLedger['giveBack']>[0];

/** Succeeds where the lease is free, has run out, or is the owner's own, which renews it. */
export function* take({ name, owner, leaseMs }: TakeWish): Program<boolean> {
  const taken = yield* row(sql`
    INSERT INTO leases (name, owner, until) VALUES (${name}, ${owner}, ${now} + ${whole(leaseMs)})
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE leases.until <= ${now} OR leases.owner = excluded.owner
    RETURNING name`);
  return taken !== null;
}

/** Does nothing where another owner has the lease by now. */
export function* giveBack({ name, owner }: GiveBackWish): Program<void> {
  yield* rows(sql`DELETE FROM leases WHERE name = ${name} AND owner = ${owner}`);
}
