/** Decides: the first tap on a pending request before its deadline, by the database's clock. Everybody else learns who. */
import type { DecideOutcome, DecideRequest, VisitorsGrant } from '../../../contract/ledger.js';
import type { RequestRecord } from '../../../approval/request.js';
import type { RaisedRow } from '../deliveries/raise.js';
import type { RequestRow } from '../../tables/requests.js';
import { findGrant } from '../grants/grants.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, type Sql } from '../../sql.js';
import { announceAll, conclude } from './conclude.js';
import { expireOne } from './expire.js';
import { decisionOf, requestRecord } from './record.js';

export function decide(input: DecideRequest): UnitOfWork<DecideOutcome> {
  return decideBy(input, input.isProofWaived === true ? 'waived' : null);
}

/** `proof`: what the audit says of how it was proven; null where none is wanted. */
export function* decideBy(input: DecideRequest, proof: string | null): UnitOfWork<DecideOutcome> {
  const { surface: over, ref, ...said } = input;
  const where = sql`${whichOf(ref)} AND deadline_at > ${now}`;
  const done = yield* conclude({ ...said, over, what: 'decided', where, ...(proof === null ? {} : { proof }) });
  const [request] = done.requests;
  if (request === undefined) return yield* tooLate(input);
  const [grant = null] = input.outcome === 'denied' ? done.kept : done.grants;
  return decided(request, { isRedelivered: false, grant });
}

function decided(
  request: RequestRecord,
  also: { readonly isRedelivered: boolean; readonly grant: VisitorsGrant },
): DecideOutcome {
  if (request.decision === null) throw new Error('a decided request has its decision');
  return { kind: 'decided', request, decision: request.decision, ...also };
}

function* liveGrant({ site, address }: RequestRecord): UnitOfWork<VisitorsGrant> {
  return site === null ? null : yield* findGrant(site, address);
}

/** A tap that changed nothing: it came again, came second, came too late, or means nothing here. */
function* tooLate(input: DecideRequest): UnitOfWork<DecideOutcome> {
  const found = yield* row<RequestRow>(sql`SELECT * FROM requests WHERE ${whichOf(input.ref)}`);
  if (found === null) return { kind: 'unknown' };
  const request = requestRecord(found);
  const decision = decisionOf(found);
  // The guard refused, so the deadline has passed: the expiry is written here and now.
  if (decision === null) return { kind: 'expired', ...(yield* expireOne(request, input.callbackTransport)) };
  if (decision.outcome === 'expired') return { kind: 'expired', request };
  const isSameTap = found.tap_id === input.tapId && decision.by === input.by && decision.over === input.surface;
  if (isSameTap && decision.outcome === input.outcome) return yield* decidedBefore(request);
  return { kind: 'already', request, decision, grant: yield* liveGrant(request) };
}

/** Whoever committed it may have died before anybody was told: what follows from it is told again, to whom it is no news. */
function* decidedBefore(request: RequestRecord): UnitOfWork<DecideOutcome> {
  const grant = yield* liveGrant(request);
  const due = yield* rows<RaisedRow>(sql`
    SELECT carrier, state FROM deliveries WHERE request_id = ${request.id} AND due_at IS NOT NULL`);
  yield* announceAll({ requests: [request], grants: grant === null ? [] : [grant], due });
  return decided(request, { isRedelivered: true, grant });
}

export function whichOf(ref: DecideRequest['ref']): Sql {
  return ref.by === 'id' ? sql`id = ${ref.id}` : sql`token_hash = ${ref.tokenHash}`;
}
