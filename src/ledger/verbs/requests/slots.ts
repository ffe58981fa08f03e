/**
 * The cap: so many slot rows an approver, each taken by one guarded UPDATE and free again by outcome or by time.
 *
 * And the share of a network in it, so that one network cannot take all of them: of the slots that others left it (the free ones
 * and its own) it may hold `maxPerNetwork` in `max`, rounded down, but always one. Each further network so finds a slot as
 * long as one is free, and the fewer are free, the fewer each may take: with 5 of 10 it takes five networks to fill them.
 * The share is counted within the UPDATE that takes the slot, and openings before one approver take turns, so that racers
 * cannot count wrong.
 */
import type { ApproverId } from '../../../approval/brand.js';
import type { AtCap } from '../../../contract/ledger.js';
import { insertFrom } from '../../tables/insert.js';
import { slots } from '../../tables/limits.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, nowOnce, oneOf, sql, text, whole, type Sql } from '../../sql.js';

export interface ShareInput {
  /** The cap: slots with a higher number are not used, even if they were once made. */
  readonly max: number;
  readonly network: string;
  readonly maxPerNetwork: number;
}

export interface SlotInput extends ShareInput {
  readonly approver: ApproverId;
  readonly requestId: string;
  readonly untilMs: number;
}

/** Whether a slot was free. Another transaction may be making this approver's slots, so a failed try is made once more. */
export function* takeSlot(input: SlotInput): UnitOfWork<boolean> {
  if ((yield* row(takeFree(input))) !== null) return true;
  yield* rows(makeSlots(input));
  return (yield* row(takeFree(input))) !== null;
}

export interface Ahead {
  /** None of these approvers has a slot for this network. */
  readonly isFull: boolean;
  /** What `waiting` selects: the id of a request, or null. */
  readonly waiting: string | null;
}

/**
 * What an opening would come to, as far as a look can say: whoever floods costs no write and waits for nobody. The writes
 * judge again.
 */
export function* lookAhead(approvers: readonly ApproverId[], limits: ShareInput, waiting: Sql): UnitOfWork<Ahead> {
  const { max } = limits;
  const found = yield* row<{ full: number; waiting: string | null }>(sql`
    SELECT CAST(count(*) AS integer) AS full, (${waiting}) AS waiting FROM (
      SELECT approver, count(*) AS made, ${ownAndFree(limits.network)}
      FROM slots WHERE approver ${oneOf(approvers, 'text')} AND n < ${whole(max)} GROUP BY approver) held
    WHERE held.made >= ${whole(max)} AND NOT (held.free > 0 AND ${isBelowShare(limits)})`);
  const isFull = found !== null && found.full === new Set(approvers).size && approvers.length > 0;
  return { isFull, waiting: found?.waiting ?? null };
}

/** Whether this request counts for this approver already. */
export function* holdsSlot(approver: ApproverId, requestId: string): UnitOfWork<boolean> {
  return (yield* row(sql`SELECT n FROM slots WHERE request_id = ${requestId} AND approver = ${approver}`)) !== null;
}

/**
 * Lets one opening at a time take slots of these approvers, until it commits. By the keys' own order, so that two cannot wait
 * for each other. SQLite has one writer and needs nothing.
 * A process that stops in its turn loses it with its transaction after 3 s (`IDLE_IN_TRANSACTION_TIMEOUT_MS`).
 */
export function* takeTurns(approvers: readonly ApproverId[]): UnitOfWork<void> {
  const before = {
    sqlite: 'SELECT ',
    postgres: `
      SELECT pg_advisory_xact_lock(turn) FROM (
        SELECT DISTINCT hashtextextended('slots ' || value, 0) AS turn FROM json_array_elements_text(CAST(`,
  };
  yield* rows(
    sql`${before}${JSON.stringify(approvers)}${{ sqlite: ' AS turns', postgres: ' AS json)) ORDER BY turn) turns' }}`,
  );
}

/** When the first slot of any of these approvers comes free by time, as epoch milliseconds, and why none could be had. */
export function* allTaken(approvers: readonly ApproverId[], max: number): UnitOfWork<AtCap> {
  const first = yield* row<{ until: number | null; free: number; now: number }>(sql`
    SELECT min(CASE WHEN until > ${nowOnce} THEN until END) AS until, ${nowOnce} AS now,
      coalesce(max(CASE WHEN until <= ${nowOnce} THEN 1 ELSE 0 END), 0) AS free
    FROM slots WHERE approver ${oneOf(approvers, 'text')} AND n < ${whole(max)}`);
  return { kind: 'cap', retryAtMs: first?.until ?? first?.now ?? 0, why: first?.free === 1 ? 'network' : 'cap' };
}

/** Frees the slots of the requests in `won`. They are found by the approvers asked, so slots need no index by request. */
export const freeSlots: Sql = sql`
  UPDATE slots SET until = 0, request_id = NULL, holder = NULL FROM won JOIN asked ON asked.request_id = won.id
  WHERE slots.approver = asked.approver AND slots.request_id = won.id RETURNING slots.approver`;

function takeFree(input: SlotInput): Sql {
  const { approver, requestId, untilMs, max, network } = input;
  return sql`
    UPDATE slots SET until = ${whole(untilMs)}, request_id = ${requestId}, holder = ${`${requestId} ${network}`}
    WHERE approver = ${approver} AND until <= ${nowOnce} AND n = (
      SELECT n FROM slots WHERE approver = ${approver} AND n < ${whole(max)} AND until <= ${nowOnce}
      ORDER BY n LIMIT 1 ${lockedOrSkipped})
    AND ${isWithinShare(input)}
    RETURNING n`;
}

function isWithinShare(input: SlotInput): Sql {
  return sql`EXISTS (
    SELECT 1 FROM (
      SELECT ${ownAndFree(input.network)}
      FROM slots WHERE approver = ${input.approver} AND n < ${whole(input.max)}) held
    WHERE ${isBelowShare(input)})`;
}

function ownAndFree(network: string): Sql {
  return sql`
    count(CASE WHEN until > ${nowOnce} AND holder = request_id || ' ' || ${text(network)} THEN 1 END) AS own,
    count(CASE WHEN until <= ${nowOnce} THEN 1 END) AS free`;
}

function isBelowShare({ max, maxPerNetwork }: ShareInput): Sql {
  return sql`
    (held.own = 0 OR (held.own + 1) * ${whole(max)} <= ${whole(maxPerNetwork)} * (held.free + held.own))`;
}

/** Slots are made when an approver first needs them, or when the cap was raised. */
function makeSlots({ approver, max }: SlotInput): Sql {
  const counted = sql`
    FROM (WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ${whole(max)})
          SELECT n FROM counted) made
    WHERE true`;
  return sql`${insertFrom(slots, { approver, n: sql`made.n`, until: 0 }, counted)} ON CONFLICT (approver, n) DO NOTHING`;
}
