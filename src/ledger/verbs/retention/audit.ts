/**
 * Erases what is personal in sealed entries, so that the chain still verifies: a field's salted hash takes the place of
 * its salt. Writes only where the salts are still those that were read, so that of two processes that erase the same entry,
 * one of them perhaps after a long stop, the later changes nothing.
 */
import type { PersonalField, Swept, SweepInput } from '../../../contract/ledger.js';
import { ERASED, fieldHash } from '../audit/scheme.js';
import { holdsAddress } from '../audit/visitor.js';
import { audit, seals, type AuditTableRow, type SealRow } from '../../tables/audit.js';
import { columnsOf, maybe, text } from '../../tables/columns.js';
import { recordset } from '../../tables/recordset.js';
import { rows, compound, type UnitOfWork } from '../../unit-of-work.js';
import { nowOnce, oneOf, sql, unindexed, whole, type Sql } from '../../sql.js';

type SealedRow = SealRow & Pick<AuditTableRow, PersonalField> & { readonly is_old: number };

/** What is to be erased of entries whose seals fulfil a condition that an index knows. */
interface Erasure {
  readonly where: Sql;
  readonly fieldsOf: (entry: SealedRow) => readonly PersonalField[];
}

/** Visitors' addresses; and a detail that holds one goes whole. */
export function sweepAddresses(input: SweepInput): UnitOfWork<Swept> {
  return eraseSealed(input, {
    where: sql`seals.names_visitor = 1`,
    fieldsOf: ({ detail }) => (holdsAddress(detail) ? ['address', 'detail'] : ['address']),
  });
}

/** All three fields: what stays is that something was done, what, when and over which surface. */
export function sweepPeople(input: SweepInput): UnitOfWork<Swept> {
  return eraseSealed(input, {
    where: sql`seals.who_salt IS NOT NULL`,
    fieldsOf: () => ['who', 'address', 'detail'],
  });
}

function* eraseSealed(input: SweepInput, { where, fieldsOf }: Erasure): UnitOfWork<Swept> {
  const { olderThanMs, limit, after } = input;
  const seen = yield* rows<SealedRow>(sql`
    SELECT seals.*, audit.who, audit.address, audit.detail,
      CASE WHEN audit.at <= ${nowOnce} - ${whole(olderThanMs)} THEN 1 ELSE 0 END AS is_old
    FROM seals JOIN audit ON audit.id = seals.audit_id
    WHERE ${where} AND seals.number > ${whole(Number(after?.[0] ?? 0))}
    ORDER BY seals.number LIMIT ${whole(limit)}`);
  const old = seen.filter(({ is_old }) => is_old === 1);
  const last = seen.at(-1);
  // numbers rise with time, except for entries committed late: where a whole batch is young, so are those behind it
  const next = last === undefined || seen.length < limit || old.length === 0 ? null : [last.number];
  if (old.length === 0) return { removed: {}, erased: {}, next };
  const written = yield* write(old.map((entry) => erasedFrom(entry, fieldsOf(entry))));
  return { removed: {}, erased: { audit_entries: written }, next };
}

const SALTS = columnsOf(seals, 'who_salt', 'address_salt', 'detail_salt');
const HASHES = columnsOf(seals, 'who_hash', 'address_hash', 'detail_hash');
const WAS = { was_who: maybe(text), was_address: maybe(text), was_detail: maybe(text) };

const IN_SEALS = { ...columnsOf(seals, 'number'), ...SALTS, ...HASHES, ...WAS };
const IN_ENTRIES = { ...columnsOf(seals, 'number', 'audit_id'), ...columnsOf(audit, 'who', 'address', 'detail') };

/** The row as it will be, and the salts by which it is known to be still what was read. */
function erasedFrom(entry: SealedRow, fields: readonly PersonalField[]) {
  const { number, audit_id, who, address, detail } = entry;
  const salts = { who_salt: entry.who_salt, address_salt: entry.address_salt, detail_salt: entry.detail_salt };
  const hashes = { who_hash: entry.who_hash, address_hash: entry.address_hash, detail_hash: entry.detail_hash };
  const was = { was_who: salts.who_salt, was_address: salts.address_salt, was_detail: salts.detail_salt };
  const made = { number, audit_id, who, address, detail, ...salts, ...hashes, ...was };
  for (const field of fields) {
    const salt = entry[`${field}_salt`];
    if (salt === null) continue; // erased before, or never there
    made[`${field}_hash`] = fieldHash(field, salt, entry[field] ?? '');
    made[`${field}_salt`] = null;
    made[field] = ERASED[field];
  }
  return made;
}

type Erased = ReturnType<typeof erasedFrom>;

function* write(made: readonly Erased[]): UnitOfWork<number> {
  const done = yield* compound({
    of: { table: 'seals', key: 'number' },
    winning: eraseInSeals(made),
    consequences: { entries: eraseInEntries(made) },
  });
  return done['won']?.length ?? 0;
}

function eraseInSeals(rows: readonly Erased[]): Sql {
  const numbers = rows.map(({ number }) => number);
  const made = recordset('made', rows, IN_SEALS);
  return sql`
    UPDATE seals SET
      who_salt = made.who_salt, address_salt = made.address_salt, detail_salt = made.detail_salt,
      who_hash = made.who_hash, address_hash = made.address_hash, detail_hash = made.detail_hash, names_visitor = 0
    FROM ${made}
    WHERE seals.number = made.number AND ${unindexed}seals.number ${oneOf(numbers, 'integer')}
      AND coalesce(seals.who_salt, '') = coalesce(made.was_who, '')
      AND coalesce(seals.address_salt, '') = coalesce(made.was_address, '')
      AND coalesce(seals.detail_salt, '') = coalesce(made.was_detail, '')
    RETURNING seals.number`;
}

function eraseInEntries(rows: readonly Erased[]): Sql {
  const ids = rows.map(({ audit_id }) => audit_id);
  const made = recordset('made', rows, IN_ENTRIES);
  return sql`
    UPDATE audit SET who = made.who, address = made.address, detail = made.detail
    FROM ${made}, won
    WHERE won.number = made.number AND audit.id = made.audit_id AND ${unindexed}audit.id ${oneOf(ids, 'integer')}
    RETURNING audit.id`;
}
