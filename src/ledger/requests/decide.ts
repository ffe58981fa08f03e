/** Decides: the first tap on a pending request before its deadline, by the database's clock. Everybody else learns who. */
import type { DecideOutcome, DecideRequest } from '../../contract/ledger.js';
import type { RequestRecord } from '../../approval/request.js';
import type { RaisedRow } from '../deliveries/raise.js';
import type { RequestRow } from '../entities/requests.js';
import { findGrant } from '../grants/grants.js';
import { row, rows, type Program } from '../program.js';
import { now, sql, type Sql } from '../sql.js';
import { announceAll, conclude } from './conclude.js';
import { expireOne } from './expire.js';
import { decisionOf, requestRecord } from './record.js';

export function* decide(wish: DecideRequest): Program<DecideOutcome> {
  const { outcome, by, surface, tapId, ttlSeconds, denial } = wish;
  const where = sql`${whichOf(wish.ref)} AND deadline_at > ${now}`;
  const [won] = yield* conclude({ outcome, by, over: surface, what: 'decided', tapId, ttlSeconds, denial, where });
  if (won !== undefined) return decided(won, false);
  return yield* tooLate(wish);
}

function decided(request: RequestRecord, isRedelivered: boolean): DecideOutcome {
  if (request.decision === null) throw new Error('a decided request has its decision');
  return { kind: 'decided', request, decision: request.decision, isRedelivered };
}

/** A tap that changed nothing: it came again, came second, came too late, or means nothing here. */
function* tooLate(wish: DecideRequest): Program<DecideOutcome> {
  const found = yield* row<RequestRow>(sql`SELECT * FROM requests WHERE ${whichOf(wish.ref)}`);
  if (found === null) return { kind: 'unknown' };
  const request = requestRecord(found);
  const decision = decisionOf(found);
  // The guard refused, so the deadline has passed: the expiry is written here and now.
  if (decision === null) return { kind: 'expired', ...(yield* expireOne(request)) };
  if (decision.outcome === 'expired') return { kind: 'expired', request };
  const isSameTap = found.tap_id === wish.tapId && decision.by === wish.by && decision.over === wish.surface;
  if (isSameTap && decision.outcome === wish.outcome) return yield* decidedBefore(request);
  return { kind: 'already', request, decision };
}

/** Whoever committed it may have died before anybody was told: what follows from it is told again, to whom it is no news. */
function* decidedBefore(request: RequestRecord): Program<DecideOutcome> {
  const grant = request.site === null ? null : yield* findGrant(request.site, request.address);
  const due = yield* rows<RaisedRow>(sql`
    SELECT carrier, state FROM deliveries WHERE request_id = ${request.id} AND due_at IS NOT NULL`);
  yield* announceAll({ concluded: [request], grants: grant === null ? [] : [grant], due });
  return decided(request, true);
}

function whichOf(ref: DecideRequest['ref']): Sql {
  return ref.by === 'id' ? sql`id = ${ref.id}` : sql`token_hash = ${ref.tokenHash}`;
}
