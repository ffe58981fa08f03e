/** How far each source was counted. A mark is read under a lock and written with the counts, in one transaction. */
import { insertInto } from '../../tables/insert.js';
import { rollupMarks } from '../../tables/rollups.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { least, locked, now, sql, text, whole, type Sql } from '../../sql.js';

export interface Mark {
  readonly position: number;
  readonly pending: string | null;
  readonly now: number;
}

/** Made on first use, at `first`; held until the transaction ends. */
export function* holdMark(name: string, first: Sql): UnitOfWork<Mark> {
  const held = yield* readMark(name);
  if (held !== null) return held;
  yield* rows(sql`
    ${insertInto(rollupMarks, { name, position: first, at: now })} ON CONFLICT (name) DO NOTHING`);
  const made = yield* readMark(name);
  if (made === null) throw new Error('a mark that was just made is there');
  return made;
}

function readMark(name: string): UnitOfWork<Mark | null> {
  return row<Mark>(sql`SELECT position, pending, ${now} AS now FROM rollup_marks WHERE name = ${name} ${locked}`);
}

export function* moveMark(
  name: string,
  to: { readonly position: number; readonly pending?: string },
): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE rollup_marks SET position = ${whole(to.position)}, pending = ${text(to.pending ?? null)}, at = ${now}
    WHERE name = ${name}`);
}

export const ROLLED_UP = 'rolled_up';

/** Hours are made anew from this time on. */
export function* rollUpFrom(ms: number): UnitOfWork<void> {
  yield* rows(sql`
    UPDATE rollup_marks SET position = ${least}(position, ${whole(ms)}) WHERE name = ${ROLLED_UP}`);
}
