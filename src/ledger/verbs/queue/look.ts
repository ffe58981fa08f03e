/**
 * Looks through the queue, newest first. PostgreSQL has an index of that order. SQLite has its rows in it and needs none: an index would
 * be a page more to write with every request. However much there is, one call looks at a bounded number of rows; and where an index
 * knows the few that may fit, at those.
 */
import { hasFailed, isUnderWay } from '../../../approval/delivery.js';
import type { DeliveryEntry, DeliveryFilter, LookInput, Looked, QueueCursor } from '../../../contract/ledger.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { oneOf, sql, text, whole, type Spelling, type Sql } from '../../sql.js';
import { deliveryEntry, ENTRY_COLUMNS, type EntryRow } from './entry.js';
import { fitting, IS_REMOVABLE } from './filter.js';

const POSITION: Spelling = { sqlite: 'deliveries.rowid', postgres: 'deliveries.created_at' };
const NEWEST_FIRST = sql`ORDER BY ${POSITION} DESC, deliveries.id DESC`;

interface Placed {
  readonly id: string;
  readonly position: number;
}

export function* look(input: LookInput): UnitOfWork<Looked<DeliveryEntry>> {
  const { found, next } = yield* placed(input, sql`true`);
  return { found: yield* entriesOf(found), next };
}

export function* removable(input: LookInput): UnitOfWork<Looked<string>> {
  const { found, next } = yield* placed(input, IS_REMOVABLE);
  return { found: found.map(({ id }) => id), next };
}

function* placed(input: LookInput, where: Sql): UnitOfWork<Looked<Placed>> {
  const few = yield* fewThatMayFit(input);
  const end = few === null ? yield* endOfWindow(input) : null;
  const within = few === null ? notOlderThan(end) : sql`id ${oneOf(few, 'text')}`;
  const found = yield* rows<Placed>(sql`
    SELECT id, ${POSITION} AS position FROM deliveries
    WHERE ${within} AND ${olderThan(input.after)} AND ${fitting(input.filter)} AND ${where}
    ${NEWEST_FIRST} LIMIT ${whole(input.limit + 1)}`);
  const page = found.slice(0, input.limit);
  const last = page.at(-1);
  const isMore = found.length > input.limit && last !== undefined;
  if (isMore) return { found: page, next: [last.position, last.id] };
  return { found: page, next: end === null || end.is_too_old === 1 ? null : [end.position, end.id] };
}

/** Those among them that an index of a few rows knows: what has failed or bounced, and what is due. Null: there is no such index, or it has many. */
function* fewThatMayFit({ filter: { state }, lookAt }: LookInput): UnitOfWork<readonly string[] | null> {
  const known = knownBy(state);
  if (known === null) return null;
  const few = yield* rows<Pick<Placed, 'id'>>(sql`SELECT id FROM deliveries WHERE ${known} LIMIT ${whole(lookAt + 1)}`);
  return few.length > lookAt ? null : few.map(({ id }) => id);
}

function knownBy(state: DeliveryFilter['state']): Sql | null {
  if (state === undefined) return null;
  if (hasFailed(state)) return state === 'failed' ? sql`state = 'failed'` : sql`state = 'bounced'`;
  return isUnderWay(state) ? sql`due_at IS NOT NULL` : null;
}

/** `is_too_old`: it is older than the filter wants, and so is all behind it. */
type End = Placed & { readonly is_too_old: number };

/** The last of the rows that this call looks at; null where it looks at all that are left. */
function endOfWindow({ filter, after, lookAt }: LookInput): UnitOfWork<End | null> {
  const isNewEnough = fitting({ newerThanMs: filter.newerThanMs });
  return row<End>(sql`
    SELECT id, ${POSITION} AS position, CASE WHEN ${isNewEnough} THEN 0 ELSE 1 END AS is_too_old
    FROM deliveries WHERE ${olderThan(after)} ${NEWEST_FIRST} LIMIT 1 OFFSET ${whole(lookAt - 1)}`);
}

function notOlderThan(end: Placed | null): Sql {
  return end === null ? sql`true` : sql`${POSITION} >= ${whole(end.position)} AND ${KEY} >= ${keyOf(end)}`;
}

function olderThan(after: QueueCursor | null): Sql {
  if (after === null) return sql`true`;
  const [position, id] = after;
  return sql`${POSITION} <= ${whole(position)} AND ${KEY} < ${keyOf({ position, id })}`;
}

/** PostgreSQL has no statistics of a pair and takes a third of the table for what fits; so the position is compared alone, too. */
const KEY = sql`(${POSITION}, deliveries.id)`;

function keyOf({ position, id }: Placed): Sql {
  return sql`(${whole(position)}, ${text(id)})`;
}

function* entriesOf(found: readonly Placed[]): UnitOfWork<readonly DeliveryEntry[]> {
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const read = yield* rows<EntryRow>(
    sql`SELECT ${ENTRY_COLUMNS} FROM deliveries WHERE deliveries.id ${oneOf(ids, 'text')} ${NEWEST_FIRST}`,
  );
  return read.map(deliveryEntry);
}
