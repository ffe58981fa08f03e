/**
 * Concludes requests: sets the outcome by one guarded UPDATE, and with it, in the same commit, all that follows. The
 * grant, the audit rows, every card's wanted revision, the producer's callback, the approvers' slots. Each statement works on
 * the requests in `won`, which are those that the guard let through.
 */
import type { Denial, Outcome, RequestRecord } from '../../../approval/request.js';
import type { ChannelName } from '../../../approval/brand.js';
import type { GrantRecord } from '../../../contract/ledger.js';
import { auditWon } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { dueTransports, OUTCOME_RETRIES_MS, raiseWanted, type RaisedRow } from '../deliveries/raise.js';
import { UNSENT } from '../deliveries/unsent.js';
import { deliveries } from '../../tables/deliveries.js';
import type { GrantRow } from '../../tables/grants.js';
import { insertFrom } from '../../tables/insert.js';
import type { RequestRow } from '../../tables/requests.js';
import { grantRecord, upsertGrant } from '../grants/upsert.js';
import { announce, compound, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, least, locked, now, sql, text, whole, type Sql } from '../../sql.js';
import { requestRecord } from './record.js';
import { freeSlots } from './slots.js';

export interface Conclusion {
  readonly outcome: Outcome;
  readonly by: string;
  readonly over: string;
  /** The channel by which a producer's callback goes out. */
  readonly callbackTransport: ChannelName;
  /** What the audit calls it. */
  readonly what: string;
  readonly tapId: string | null;
  /** For an approval, the shorter of this and the request's own; null for the request's own. */
  readonly ttlSeconds: number | null;
  /** Kept for a denial alone. */
  readonly denial: Denial | null;
  /** How the approval was proven, or that it was not; absent where the site wants no proof. For the audit. */
  readonly proof?: string;
  /** Which requests, all conditions but that there is no outcome yet. */
  readonly where: Sql;
}

const READ = ['won', 'granted', 'cards', 'callbacks'] as const;
/** A denial may leave an earlier grant as it is: it is read in the same statement, so that a decision stays one round trip. */
const READ_OF_A_DENIAL = [...READ, 'kept'] as const;

/** The requests with what they became, and the grants that were written with them. */
export interface Concluded {
  readonly requests: readonly RequestRecord[];
  readonly grants: readonly GrantRecord[];
  /** Of denied requests: the grants by which their visitors may pass all the same. */
  readonly kept: readonly GrantRecord[];
}

/** Announces everything. */
export function* conclude(input: Conclusion): UnitOfWork<Concluded> {
  const answers = input.outcome === 'denied' ? READ_OF_A_DENIAL : READ;
  const done = yield* compound({ winning: winning(input), consequences: consequences(input), answers });
  const requests = (done['won'] as readonly RequestRow[]).map(requestRecord);
  const grants = (done['granted'] as readonly GrantRow[]).map(grantRecord);
  const due = [...(done['cards'] as readonly RaisedRow[]), ...(done['callbacks'] as readonly RaisedRow[])];
  const kept = ((done['kept'] ?? []) as readonly GrantRow[]).map(grantRecord);
  yield* announceAll({ requests, grants, due });
  return { requests, grants, kept };
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
  const runsUntil = sql`
    SELECT until FROM grants
    WHERE grants.site = requests.site AND grants.address = requests.address AND grants.revoked_at IS NULL
    ${locked}`;
  return sql`
    CASE WHEN site IS NOT NULL AND grant_ttl_seconds > 0
      THEN ${greatest}(${now} + CAST(${seconds} AS bigint) * 1000, coalesce((${runsUntil}), 0)) END`;
}

function consequences(input: Conclusion): Readonly<Record<string, Sql>> {
  const { by: who, over: surface, what, outcome, proof } = input;
  const detail = text(JSON.stringify({ outcome, proof }));
  const untilDetail = sql`'{"untilMs":' || CAST(won.granted_until AS text) || '}'`;
  const isGranting = sql`won.granted_until IS NOT NULL`;
  return {
    granted: upsertGrant(GRANT_OF_WON, sql`FROM won WHERE ${isGranting}`),
    cards: raiseWanted(sql`won.decided_at`),
    callbacks: insertCallback(input.callbackTransport),
    ...(outcome === 'denied' ? { kept: KEPT } : {}),
    freed: freeSlots,
    audited: auditWon(
      { who, what, surface, detail },
      { who, what: 'granted', surface, detail: untilDetail, where: isGranting },
    ),
  };
}

const GRANT_OF_WON = {
  site: sql`won.site`,
  address: sql`won.address`,
  until: sql`won.granted_until`,
  granted_at: sql`won.decided_at`,
  granted_by: sql`won.decided_by`,
  request_id: sql`won.id`,
};

const KEPT = sql`
  SELECT grants.* FROM grants, won
  WHERE grants.site = won.site AND grants.address = won.address
    AND grants.revoked_at IS NULL AND grants.until > ${now}`;

function insertCallback(transport: ChannelName): Sql {
  const callback = {
    id: sql`won.id || '-callback'`,
    request_id: sql`won.id`,
    channel: transport,
    carrier: transport,
    kind: 'callback' as const,
    recipient: sql`won.callback`,
    recipient_key: sql`won.callback_key`,
    due_at: sql`won.decided_at`,
    give_up_at: sql`won.decided_at + ${whole(OUTCOME_RETRIES_MS)}`,
    wanted_revision: sql`won.revision`,
    created_at: sql`won.decided_at`,
    ...UNSENT,
  };
  return sql`
    ${insertFrom(deliveries, callback, sql`FROM won WHERE won.callback IS NOT NULL`)}
    RETURNING deliveries.carrier, deliveries.state`;
}

interface Told extends Omit<Concluded, 'kept'> {
  readonly due: readonly RaisedRow[];
}

export function* announceAll({ requests, grants, due }: Told): UnitOfWork<void> {
  for (const grant of grants) yield* announce({ kind: 'granted', grant });
  for (const { id, statusId, decision } of requests) {
    yield* announce({ kind: 'request', id, statusId, outcome: decision?.outcome ?? null });
  }
  yield* announceDue(dueTransports(due));
}
