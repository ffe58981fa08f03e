/**
 * Counts what rows tell: each row once, because the mark of how far it came moves in the same transaction as the counts.
 *
 *   audit trail: an entry is never changed in what is counted of it, so a mark is enough
 *   attempts: one that has not ended when the mark passes it is kept beside the mark until it has
 */
import type { DeriveInput } from '../../../contract/telemetry-ledger.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { nowOnce, oneOf, sql, whole, type Spelling, type Sql } from '../../sql.js';
import { verbatim } from '../../sql.js';
import { addCounts, LATEST_MS, type CountedAt } from './add.js';
import { countsOfAttempt, type AttemptToCount } from './attempts.js';
import { holdMark, moveMark, rollUpFrom } from './marks.js';
import { COUNTED_ENTRIES, countsOfEntry, type EntryToCount } from './trail.js';

/** Attempts that have not ended and are waited for; of more the oldest are not counted. */
const MAX_PENDING = 1_000;

export function* derive(input: DeriveInput): UnitOfWork<boolean> {
  const isMoreOfTrail = yield* deriveTrail(input);
  const isMoreOfAttempts = yield* deriveAttempts(input);
  return isMoreOfTrail || isMoreOfAttempts;
}

function* deriveTrail({ limit, settledMs }: DeriveInput): UnitOfWork<boolean> {
  const { position, now } = yield* holdMark('trail', beforeLately(verbatim('audit'), sql`at`));
  const found = yield* rows<EntryToCount>(sql`
    SELECT audit.id, audit.at, audit.what, audit.surface, audit.detail, requests.opened_at, requests.decided_at
    FROM audit LEFT JOIN requests ON requests.id = audit.request_id AND audit.what ${oneOf(COUNTED_ENTRIES, 'text')}
    WHERE audit.id > ${whole(position)} ORDER BY audit.id LIMIT ${whole(limit)}`);
  const settled = upToFirst(found, ({ at }) => at > now - settledMs);
  const last = settled.at(-1);
  if (last === undefined) return false;
  yield* count(settled.flatMap(countsOfEntry), now);
  yield* moveMark('trail', { position: last.id });
  return settled.length === limit;
}

function* deriveAttempts({ limit, settledMs }: DeriveInput): UnitOfWork<boolean> {
  const { position, pending, now } = yield* holdMark('attempts', beforeLately(verbatim('attempts'), sql`started_at`));
  const waiting = pending === null ? [] : (JSON.parse(pending) as readonly number[]);
  const late = waiting.length === 0 ? [] : yield* attemptsWhere(sql`attempts.id ${oneOf(waiting, 'integer')}`);
  const found = yield* attemptsWhere(sql`attempts.id > ${whole(position)}`, limit);
  const settled = upToFirst(found, ({ started_at }) => started_at > now - settledMs);
  const all = [...late, ...settled];
  const open = all.filter(({ ended_at }) => ended_at === null).map(({ id }) => id);
  if (settled.length === 0 && open.length === waiting.length) return false;
  yield* count(all.flatMap(countsOfAttempt), now);
  const to = settled.at(-1)?.id ?? position;
  yield* moveMark('attempts', { position: to, pending: JSON.stringify(open.slice(-MAX_PENDING)) });
  return settled.length === limit;
}

function attemptsWhere(where: Sql, limit = MAX_PENDING): UnitOfWork<readonly AttemptToCount[]> {
  return rows<AttemptToCount>(sql`
    SELECT attempts.id, attempts.started_at, attempts.ended_at, attempts.task, attempts.outcome, attempts.took_ms,
      attempts.provider, attempts.mailbox,
      deliveries.channel, deliveries.carrier, deliveries.created_at
    FROM attempts JOIN deliveries ON deliveries.id = attempts.delivery_id
    WHERE ${where} ORDER BY attempts.id LIMIT ${whole(limit)}`);
}

/** Where a mark begins: what is older than two days stays uncounted, so that an old database is not read whole. */
function beforeLately(table: Spelling, at: Sql): Sql {
  return sql`coalesce((
    SELECT id FROM ${table} WHERE ${at} < ${nowOnce} - ${whole(LATEST_MS)} ORDER BY id DESC LIMIT 1), 0)`;
}

/** Numbers are given before they are committed: those behind one that is young may have neighbours that nobody sees yet. */
function upToFirst<T>(found: readonly T[], isYoung: (one: T) => boolean): readonly T[] {
  const end = found.findIndex(isYoung);
  return end === -1 ? found : found.slice(0, end);
}

function* count(counts: readonly CountedAt[], nowMs: number): UnitOfWork<void> {
  const firstMs = yield* addCounts(counts, nowMs);
  if (firstMs !== null) yield* rollUpFrom(firstMs);
}
