/**
 * Concludes requests: sets the outcome by one guarded UPDATE, and with it, in the same commit, all that follows. The
 * grant, the audit rows, every card's wanted revision, the producer's callback, the approvers' slots. Each statement works on
 * the requests in `won`, which are those that the guard let through.
 */
import type { Denial, Outcome, RequestRecord } from '../../approval/request.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { auditWon } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { dueCarriers, OUTCOME_RETRIES_MS, raiseWanted, type RaisedRow } from '../deliveries/raise.js';
import type { GrantRow } from '../entities/grants.js';
import type { RequestRow } from '../entities/requests.js';
import { grantRecord, upsertGrant } from '../grants/upsert.js';
import { announce, together, type Program } from '../program.js';
import { greatest, least, locked, now, sql, text, whole, type Sql } from '../sql.js';
import { requestRecord } from './record.js';
import { freeSlots } from './slots.js';

/** Producers' callbacks go out by this channel's notifier, which speaks the RFC's payload. */
const CALLBACK_CARRIER = 'webhook';

export interface Conclusion {
  readonly outcome: Outcome;
  readonly by: string;
  readonly over: string;
  /** What the audit calls it. */
  readonly what: string;
  readonly tapId: string | null;
  /** For an approval, the shorter of this and the request's own; null for the request's own. */
  readonly ttlSeconds: number | null;
  /** Kept for a denial alone. */
  readonly denial: Denial | null;
  /** Which requests, all conditions but that there is no outcome yet. */
  readonly where: Sql;
}

const READ = ['won', 'granted', 'cards', 'callbacks'] as const;

/** Answers the requests it concluded, with what they became. Announces everything. */
export function* conclude(wish: Conclusion): Program<readonly RequestRecord[]> {
  const done = yield* together({ winning: winning(wish), consequences: consequences(wish), answers: READ });
  const concluded = (done['won'] as readonly RequestRow[]).map(requestRecord);
  const grants = (done['granted'] as readonly GrantRow[]).map(grantRecord);
  const due = [...(done['cards'] as readonly RaisedRow[]), ...(done['callbacks'] as readonly RaisedRow[])];
  yield* announceAll({ concluded, grants, due });
  return concluded;
}

/**
 * The guard. Not `IS NULL`, because the index of pending requests could serve that: while few are pending PostgreSQL would
 * choose it over the index of tokens, and a prepared statement would keep that plan when a hundred thousand are pending.
 */
const UNDECIDED = sql`coalesce(outcome, '') = ''`;

function winning({ outcome, by, over, tapId, ttlSeconds, denial, where }: Conclusion): Sql {
  const said = outcome === 'denied' && denial !== null ? denial : null;
  const isShared = said === null ? null : Number(said.isShared);
  return sql`
    UPDATE requests SET
      outcome = ${outcome}, decided_by = ${by}, decided_over = ${over}, decided_at = ${now}, tap_id = ${tapId},
      granted_until = ${outcome === 'approved' ? grantedUntil(ttlSeconds) : sql`NULL`},
      denial_reason = ${text(said?.reason ?? null)}, is_denial_shared = ${whole(isShared)},
      sealed_token = CASE WHEN callback IS NULL THEN NULL ELSE sealed_token END,
      revision = revision + 1
    WHERE ${UNDECIDED} AND ${where}
    RETURNING *`;
}

/**
 * Null where an approval writes no grant. Where the visitor has a longer grant already, its end; that row is locked, so that
 * a revocation that is under way is waited for and then counts.
 */
function grantedUntil(ttlSeconds: number | null): Sql {
  const seconds = ttlSeconds === null ? sql`grant_ttl_seconds` : sql`${least}(grant_ttl_seconds, ${whole(ttlSeconds)})`;
  const standing = sql`
    SELECT until FROM grants
    WHERE grants.site = requests.site AND grants.address = requests.address AND grants.revoked_at IS NULL
    ${locked}`;
  return sql`
    CASE WHEN site IS NOT NULL AND grant_ttl_seconds > 0
      THEN ${greatest}(${now} + CAST(${seconds} AS bigint) * 1000, coalesce((${standing}), 0)) END`;
}

function consequences(wish: Conclusion): Readonly<Record<string, Sql>> {
  const { by: who, over: surface, what, outcome } = wish;
  const detail = text(JSON.stringify({ outcome }));
  const untilDetail = sql`'{"untilMs":' || CAST(won.granted_until AS text) || '}'`;
  const isGranting = sql`won.granted_until IS NOT NULL`;
  return {
    granted: upsertGrant(sql`
      SELECT won.site, won.address, won.granted_until, won.decided_at, won.decided_by, won.id
      FROM won WHERE ${isGranting}`),
    cards: raiseWanted(sql`won.decided_at`),
    callbacks: insertCallback,
    freed: freeSlots,
    audited: auditWon(
      { who, what, surface, detail },
      { who, what: 'granted', surface, detail: untilDetail, where: isGranting },
    ),
  };
}

const insertCallback: Sql = sql`
  INSERT INTO deliveries (
    id, request_id, channel, carrier, kind, recipient, recipient_key, state, due_at, give_up_at,
    wanted_revision, drawn_revision, attempts, is_maybe_duplicate, is_first_ended, created_at)
  SELECT won.id || '-callback', won.id, ${text(CALLBACK_CARRIER)}, ${text(CALLBACK_CARRIER)}, 'callback',
    won.callback, won.callback_key, 'queued', won.decided_at, won.decided_at + ${whole(OUTCOME_RETRIES_MS)},
    won.revision, 0, 0, 0, 1, won.decided_at
  FROM won WHERE won.callback IS NOT NULL
  RETURNING deliveries.carrier, deliveries.state`;

interface Told {
  readonly concluded: readonly RequestRecord[];
  readonly grants: readonly GrantRecord[];
  readonly due: readonly RaisedRow[];
}

export function* announceAll({ concluded, grants, due }: Told): Program<void> {
  for (const grant of grants) yield* announce({ kind: 'granted', grant });
  for (const { id, statusId, decision } of concluded) {
    yield* announce({ kind: 'request', id, statusId, outcome: decision?.outcome ?? null });
  }
  yield* announceDue(dueCarriers(due));
}
