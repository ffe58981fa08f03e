/** Leases: one process at a time owns a named piece of work. Each step is one guarded statement, by the database's clock. */
import type { LeaseLedger } from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { leases } from '../../tables/leases.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';

type TakeInput = Parameters<LeaseLedger['take']>[0];
type GiveBackInput = Parameters<LeaseLedger['giveBack']>[0];

/** Succeeds where the lease is free, has run out, or is the owner's own, which renews it. */
export function* take({ name, owner, leaseMs }: TakeInput): UnitOfWork<boolean> {
  const until = sql`${now} + ${whole(leaseMs)}`;
  const taken = yield* row(sql`
    ${insertInto(leases, { name, owner, until })}
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE leases.until <= ${now} OR leases.owner = excluded.owner
    RETURNING name`);
  return taken !== null;
}

/** Does nothing where another owner has the lease by now. */
export function* giveBack({ name, owner }: GiveBackInput): UnitOfWork<void> {
  yield* rows(sql`DELETE FROM leases WHERE name = ${name} AND owner = ${owner}`);
}
