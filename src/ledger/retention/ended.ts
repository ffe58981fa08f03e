/** Sweeps tables whose rows are of no use once their time is over: the oldest first, found by an index of that time. */
import type { Sweep, Swept, SweepWish } from '../../contract/ledger.js';
import { rows, type Program } from '../program.js';
import { lockedOrSkipped, nowOnce, sql, verbatim, whole, type Sql } from '../sql.js';

type Over = Extract<
  Sweep,
  'grants_over' | 'grants_revoked' | 'replays' | 'mutes' | 'link_codes' | 'sign_in_links' | 'sessions'
>;

interface Table {
  readonly name: string;
  /** Unique columns, by which the rows to delete are named. */
  readonly key: string;
  readonly end: string;
  readonly where?: Sql;
}

const TABLES: Readonly<Record<Over, Table>> = {
  grants_over: { name: 'grants', key: 'id', end: 'until', where: sql`revoked_at IS NULL` },
  grants_revoked: { name: 'grants', key: 'id', end: 'revoked_at', where: sql`revoked_at IS NOT NULL` },
  replays: { name: 'replays', key: 'key', end: 'until' },
  mutes: { name: 'mutes', key: 'site, address', end: 'until' },
  link_codes: { name: 'link_codes', key: 'hash', end: 'until' },
  sign_in_links: { name: 'sign_in_links', key: 'hash', end: 'until' },
  sessions: { name: 'sessions', key: 'hash', end: 'until' },
};

export function* sweepOver(what: Over, { olderThanMs, limit }: SweepWish): Program<Swept> {
  const { name, key, end, where = sql`true` } = TABLES[what];
  const [table, keys, until] = [verbatim(name), verbatim(key), verbatim(end)];
  const gone = yield* rows(sql`
    DELETE FROM ${table} WHERE (${keys}) IN (
      SELECT ${keys} FROM ${table} WHERE ${where} AND ${until} <= ${nowOnce} - ${whole(olderThanMs)}
      ORDER BY ${until} LIMIT ${whole(limit)} ${lockedOrSkipped})
    RETURNING ${until}`);
  return { removed: { [name]: gone.length }, erased: {}, next: gone.length < limit ? null : [] };
}
