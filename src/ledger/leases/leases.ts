/** Leases: of all processes one owns a thing for a while. Each step is one guarded statement, by the database's clock. */
import type { LeaseLedger } from '../../contract/ledger.js';
import { row, rows, type Program } from '../program.js';
import { now, sql, whole } from '../sql.js';

type TakeWish = Parameters<LeaseLedger['take']>[0];
type GiveBackWish = Parameters<LeaseLedger['giveBack']>[0];

/** Free, over or the owner's own: one row says so, and only one transaction can change it. */
export function* take({ name, owner, leaseMs }: TakeWish): Program<boolean> {
  const taken = yield* row(sql`
    INSERT INTO leases (name, owner, until) VALUES (${name}, ${owner}, ${now} + ${whole(leaseMs)})
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE leases.until <= ${now} OR leases.owner = excluded.owner
    RETURNING name`);
  return taken !== null;
}

/** What is another's by now stays another's. */
export function* giveBack({ name, owner }: GiveBackWish): Program<void> {
  yield* rows(sql`DELETE FROM leases WHERE name = ${name} AND owner = ${owner}`);
}
