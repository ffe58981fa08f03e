/**
 * What a producer's post asks for: a request with this token, put before this approver. It is opened where the token is new.
 * Where the token came by another endpoint or for another approver before, cards are added to the same request, unless its
 * site or address has been muted since.
 */
import type { AddOutcome, AuditEntry, OpenOrAdd, OpenOrAddAudit, OpenOutcome } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { beginCards } from '../deliveries/begin.js';
import { insertDeliveries } from '../deliveries/insert.js';
import { insertInto } from '../../tables/insert.js';
import { asked, type RequestRow } from '../../tables/requests.js';
import { mutedUntil } from '../mutes/mutes.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { locked, now, sql } from '../../sql.js';
import { mutesOf, open, sharesOf } from './open.js';
import { requestRecord } from './record.js';
import { allTaken, holdsSlot, takeSlot, takeTurns } from './slots.js';

export function* openOrAdd(input: OpenOrAdd, audit: OpenOrAddAudit): UnitOfWork<OpenOutcome | AddOutcome> {
  const known = yield* add(input, audit.added);
  if (known !== null) return known;
  const outcome = yield* open(input, audit.opened);
  if (outcome.kind !== 'token_taken') return outcome;
  const raced = yield* add(input, audit.added); // another post of this token came first
  if (raced === null) throw new Error('a token that was taken is there');
  return raced;
}

/** Null when no request has this token. */
function* add(input: OpenOrAdd, audit: AuditEntry): UnitOfWork<AddOutcome | null> {
  const [approver] = input.approvers;
  const request = yield* row<RequestRow & { readonly now: number }>(
    sql`SELECT requests.*, ${now} AS now FROM requests WHERE token_hash = ${input.tokenHash} ${locked}`,
  );
  if (request === null) return null;
  if (request.producer !== input.producer) return { kind: 'foreign' };
  const isOpen = request.outcome === null && request.deadline_at > request.now;
  if (!isOpen || (yield* isKnownPair(input, request.id))) {
    return { kind: 'known', request: requestRecord(request), recipientsAdded: 0, claims: [] };
  }
  const untilMs = yield* mutedUntil(mutesOf(input), input.address);
  if (untilMs !== null) return { kind: 'muted', untilMs };
  if (!(yield* countsFor(input, request))) return yield* allTaken([approver.id], input.maxPendingPerApprover);
  yield* rows(insertInto(asked, { request_id: request.id, approver: approver.id, endpoint: input.endpoint }));
  const { deliveries } = approver;
  const written = yield* insertDeliveries({ request, deliveries, firstClaims: input.firstClaims });
  const claimed = written.filter(({ state }) => state === 'sending');
  const claims = yield* beginCards(claimed, request);
  yield* addAudit(audit, request.id);
  yield* announceDue(written.filter(({ state }) => state === 'queued').map(({ carrier: transport }) => transport));
  return { kind: 'known', request: requestRecord(request), recipientsAdded: written.length, claims };
}

function* isKnownPair({ approvers: [approver], endpoint }: OpenOrAdd, requestId: string): UnitOfWork<boolean> {
  const found = yield* row(sql`
    SELECT 1 AS found FROM asked
    WHERE request_id = ${requestId} AND approver = ${approver.id} AND endpoint = ${endpoint}`);
  return found !== null;
}

/** One request takes one slot of an approver, over however many endpoints it comes. */
function* countsFor(input: OpenOrAdd, request: RequestRow): UnitOfWork<boolean> {
  const [{ id: approver }] = input.approvers;
  if (yield* holdsSlot(approver, request.id)) return true;
  yield* takeTurns([approver]);
  return yield* takeSlot({ approver, requestId: request.id, untilMs: request.deadline_at, ...sharesOf(input) });
}
