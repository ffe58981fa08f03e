/**
 * What a producer's post asks for: a request with this token, put before this approver. It is opened where the token is new.
 * Where the token came by another endpoint or for another approver before, cards are added to the same request, unless its
 * site or address has been muted since.
 */
import type { AddOutcome, AuditEntry, OpenOrAdd, OpenOrAddAudit, OpenOutcome } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { begin } from '../deliveries/begin.js';
import { insertDeliveries } from '../deliveries/insert.js';
import type { RequestRow } from '../entities/requests.js';
import { mutedUntil } from '../mutes/mutes.js';
import { row, rows, type Program } from '../program.js';
import { locked, now, sql } from '../sql.js';
import { mutesOf, open } from './open.js';
import { requestRecord } from './record.js';
import { firstFreeAt, holdsSlot, takeSlot } from './slots.js';

export function* openOrAdd(wish: OpenOrAdd, audit: OpenOrAddAudit): Program<OpenOutcome | AddOutcome> {
  const known = yield* add(wish, audit.added);
  if (known !== null) return known;
  const outcome = yield* open(wish, audit.opened);
  if (outcome.kind !== 'token_taken') return outcome;
  const raced = yield* add(wish, audit.added); // another post of this token came first
  if (raced === null) throw new Error('a token that was taken is there');
  return raced;
}

/** Null when no request has this token. */
function* add(wish: OpenOrAdd, audit: AuditEntry): Program<AddOutcome | null> {
  const [approver] = wish.approvers;
  const request = yield* row<RequestRow & { readonly now: number }>(
    sql`SELECT requests.*, ${now} AS now FROM requests WHERE token_hash = ${wish.tokenHash} ${locked}`,
  );
  if (request === null) return null;
  if (request.producer !== wish.producer) return { kind: 'foreign' };
  const isOpen = request.outcome === null && request.deadline_at > request.now;
  if (!isOpen || (yield* isKnownPair(wish, request.id))) {
    return { kind: 'known', request: requestRecord(request), recipientsAdded: 0, claims: [] };
  }
  const untilMs = yield* mutedUntil(mutesOf(wish), wish.address);
  if (untilMs !== null) {
    yield* addAudit({ ...audit, what: 'muted', detail: { ...audit.detail, untilMs } }, request.id);
    return { kind: 'muted', untilMs };
  }
  if (!(yield* countsFor(wish, request))) {
    yield* addAudit({ ...audit, what: 'deferred', detail: { ...audit.detail, why: 'cap' } }, request.id);
    return { kind: 'cap', retryAtMs: yield* firstFreeAt([approver.id], wish.maxPendingPerApprover) };
  }
  yield* rows(sql`
    INSERT INTO asked (request_id, approver, endpoint) VALUES (${request.id}, ${approver.id}, ${wish.endpoint})`);
  const { deliveries } = approver;
  const written = yield* insertDeliveries({ request, deliveries, firstClaims: wish.firstClaims });
  const claimed = written.filter(({ state }) => state === 'sending');
  const claims = yield* begin(claimed, { requests: [request], isProbe: false });
  yield* addAudit(audit, request.id);
  yield* announceDue(written.filter(({ state }) => state === 'queued').map(({ carrier }) => carrier));
  return { kind: 'known', request: requestRecord(request), recipientsAdded: written.length, claims };
}

function* isKnownPair({ approvers: [approver], endpoint }: OpenOrAdd, requestId: string): Program<boolean> {
  const found = yield* row(sql`
    SELECT 1 AS found FROM asked
    WHERE request_id = ${requestId} AND approver = ${approver.id} AND endpoint = ${endpoint}`);
  return found !== null;
}

/** One request takes one slot of an approver, over however many endpoints it comes. */
function* countsFor(wish: OpenOrAdd, request: RequestRow): Program<boolean> {
  const [{ id: approver }] = wish.approvers;
  if (yield* holdsSlot(approver, request.id)) return true;
  const max = wish.maxPendingPerApprover;
  return yield* takeSlot({ approver, requestId: request.id, untilMs: request.deadline_at, max });
}
