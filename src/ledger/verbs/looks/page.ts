/**
 * A page of a table by a key: a position that falls and, where several rows have the same, their id. The last row that one call may
 * look at is found first, by an index of the key, so that no filter makes a call long.
 */
import type { Page, Place } from '../../../contract/look-ledger.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, whole, type Spelling, type Sql } from '../../sql.js';

export interface Keyed {
  readonly table: Spelling;
  /** Columns of it. */
  readonly position: Spelling;
  readonly id: Spelling;
  /** How the id is written as a parameter. */
  readonly asId: (id: string) => Sql;
  /** Of all of its rows those that are ever listed. */
  readonly listed: Sql;
}

interface PageInput {
  readonly after: Place | null;
  readonly limit: number;
  readonly lookAt: number;
}

type PlacedRow<Row> = Row & { readonly page_position: number; readonly page_id: string | number };

export function* pageOf<Row>(keyed: Keyed, { after, limit, lookAt }: PageInput, where: Sql): UnitOfWork<Page<Row>> {
  const { table, position, id, listed } = keyed;
  const placed = sql`${position} AS page_position, ${id} AS page_id`;
  // without a bound SQLite sorts the whole table, though it has an index of that order
  const behind = sql`${listed} AND ${after === null ? sql`${position} > 0` : isBehind(keyed, after)}`;
  const order = sql`ORDER BY ${position} DESC, ${id} DESC`;
  const end = yield* row<PlacedRow<object>>(sql`
    SELECT ${placed} FROM ${table} WHERE ${behind} ${order} LIMIT 1 OFFSET ${whole(lookAt - 1)}`);
  const within = end === null ? behind : sql`${behind} AND ${isNotBehind(keyed, placeOf(end))}`;
  const found = yield* rows<PlacedRow<Row>>(sql`
    SELECT ${table}.*, ${placed} FROM ${table} WHERE ${within} AND ${where} ${order} LIMIT ${whole(limit + 1)}`);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (found.length > limit && last !== undefined) return { found: page, next: placeOf(last) };
  return { found: page, next: end === null ? null : placeOf(end) };
}

function placeOf({ page_position, page_id }: PlacedRow<unknown>): Place {
  return [page_position, String(page_id)];
}

/** The position is compared alone, too: an index of it is used by that. */
function isBehind({ position, id, asId }: Keyed, [at, last]: Place): Sql {
  return sql`${position} <= ${whole(at)} AND (${position} < ${whole(at)} OR ${id} < ${asId(last)})`;
}

function isNotBehind({ position, id, asId }: Keyed, [at, last]: Place): Sql {
  return sql`${position} >= ${whole(at)} AND (${position} > ${whole(at)} OR ${id} >= ${asId(last)})`;
}

/** Where the second text begins in the first, from 1; 0: nowhere. */
export const positionOf: Spelling = { sqlite: 'instr', postgres: 'strpos' };

/** All of them. */
export function every(conditions: readonly (Sql | null)[]): Sql {
  return conditions.reduce<Sql>((all, one) => (one === null ? all : sql`${all} AND ${one}`), sql`true`);
}
