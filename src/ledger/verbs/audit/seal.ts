/**
 * Seals: gives entries their numbers and chains them. The batch is read and hashed without holding anything; then one
 * statement moves the head from the number that was read to the new one, by the lease's owner alone, and writes all the
 * rest only if it moved. So neither a writer that slept through its lease nor two at once can write a second chain.
 */
import type { AuditHead, AuditLedger, SealOutcome } from '../../../contract/ledger.js';
import { auditHead, seals, type AuditHeadRow, type AuditTableRow, type SealRow } from '../../tables/audit.js';
import { columnsOf } from '../../tables/columns.js';
import { insertFrom, insertInto } from '../../tables/insert.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import { row, rows, compound, type UnitOfWork } from '../../unit-of-work.js';
import { newClaimToken as newSalt, now, oneOf, sql, unindexed, whole, type Sql } from '../../sql.js';
import { storedEntry } from './rows.js';
import { commitmentOf, fieldHash, sealOf } from './scheme.js';
import { holdsAddress } from './visitor.js';

type Input = Parameters<AuditLedger['seal']>[0];
type Salts = Pick<SealRow, 'who_salt' | 'address_salt' | 'detail_salt'>;
type DueRow = AuditTableRow & { readonly [Salt in keyof Salts]: string };

/**
 * An entry that has a seal but lost its number was tampered with: `verify` reports it, and it must not be sealed again. A
 * scalar subquery and not NOT EXISTS, which PostgreSQL might turn into a join over all seals.
 */
export const IS_UNSEALED = sql`
  audit.number IS NULL AND (SELECT seals.number FROM seals WHERE seals.audit_id = audit.id) IS NULL`;

/** Ordered by id, so that PostgreSQL takes the index of unsealed entries, whatever its statistics say. */
export function* isSealDue(): UnitOfWork<boolean> {
  return (yield* row(sql`SELECT id FROM audit WHERE ${IS_UNSEALED} ORDER BY audit.id LIMIT 1`)) !== null;
}

/** In the order of ids, which is not the order of commits: an entry committed late with a smaller id gets a later number. */
export function* seal({ lease, limit }: Input): UnitOfWork<SealOutcome> {
  const head = yield* currentHead();
  const due = yield* rows<DueRow>(sql`
    SELECT audit.*, ${newSalt} AS who_salt, ${newSalt} AS address_salt, ${newSalt} AS detail_salt
    FROM audit WHERE ${IS_UNSEALED} ORDER BY audit.id LIMIT ${whole(limit)}`);
  const made = chain(head, due);
  const last = made.at(-1);
  if (last === undefined) return { kind: 'nothing' };
  const done = yield* compound({
    of: { table: 'audit_head', key: 'id' },
    winning: moveHead({ from: head, to: last, lease }),
    consequences: { sealed: insertSeals(made), numbered: numberEntries(made) },
  });
  if (done['won']?.length !== 1) return { kind: 'overtaken' };
  return { kind: 'sealed', count: made.length, head: { number: last.number, seal: last.seal } };
}

/** The head, which is made where it is missing: before the first seal, or after somebody removed it. */
function* currentHead(): UnitOfWork<AuditHeadRow> {
  const read = sql`SELECT * FROM audit_head WHERE id = 1`;
  const head = yield* row<AuditHeadRow>(read);
  if (head !== null) return head;
  const number = sql`coalesce((SELECT max(number) FROM seals), 0)`;
  const seal = sql`coalesce((SELECT seal FROM seals WHERE number = (SELECT max(number) FROM seals)), '')`;
  yield* rows(sql`${insertInto(auditHead, { id: 1, number, seal })} ON CONFLICT (id) DO NOTHING`);
  const made = yield* row<AuditHeadRow>(read);
  if (made === null) throw new Error('the head was just written');
  return made;
}

function chain(head: AuditHead, due: readonly DueRow[]): readonly SealRow[] {
  const made: SealRow[] = [];
  let { number, seal: previous } = head;
  for (const entry of due) {
    number += 1;
    const committed = commit(entry);
    const seal = sealOf(previous === '' ? null : previous, number, committed.commitment);
    made.push({ ...committed, number, audit_id: entry.id, seal });
    previous = seal;
  }
  return made;
}

function commit(entry: DueRow): Omit<SealRow, 'number' | 'audit_id' | 'seal'> {
  const { who, address, detail, who_salt, detail_salt } = entry;
  const address_salt = address === null ? null : entry.address_salt;
  const commitment = commitmentOf(storedEntry(entry), {
    who: fieldHash('who', who_salt, who),
    address: address === null ? null : fieldHash('address', entry.address_salt, address),
    detail: fieldHash('detail', detail_salt, detail),
  });
  const names_visitor = address !== null || holdsAddress(detail) ? 1 : 0;
  const unerased = { who_hash: null, address_hash: null, detail_hash: null };
  return { commitment, who_salt, address_salt, detail_salt, ...unerased, names_visitor };
}

function moveHead({ from, to, lease }: { from: AuditHead; to: AuditHead; lease: Input['lease'] }): Sql {
  return sql`
    UPDATE audit_head SET number = ${whole(to.number)}, seal = ${to.seal}
    WHERE id = 1 AND number = ${whole(from.number)} AND seal = ${from.seal}
      AND EXISTS (SELECT 1 FROM leases WHERE name = ${lease.name} AND owner = ${lease.owner} AND until > ${now})
    RETURNING id`;
}

function insertSeals(made: readonly SealRow[]): Sql {
  const source = sql`FROM ${recordset('made', made, seals.columns)}, won WHERE true`;
  return sql`${insertFrom(seals, fieldsOf('made', seals.columns), source)} RETURNING number`;
}

const NUMBERED = columnsOf(seals, 'number', 'audit_id');

function numberEntries(made: readonly SealRow[]): Sql {
  const pairs = made.map(({ number, audit_id }) => ({ number, audit_id }));
  const ids = made.map(({ audit_id }) => audit_id);
  const records = recordset('made', pairs, NUMBERED);
  return sql`
    UPDATE audit SET number = made.number FROM ${records}, won 
    WHERE audit.id = made.audit_id AND ${unindexed}audit.id ${oneOf(ids, 'integer')} RETURNING audit.id`;
}
