/** The same token by another endpoint or for another approver: more cards of the same request. */
import type { AddOutcome, AddRecipients, AuditEntry } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { insertDeliveries } from '../deliveries/insert.js';
import type { RequestRow } from '../entities/requests.js';
import { row, rows, type Program } from '../program.js';
import { locked, now, sql } from '../sql.js';
import { announceDue } from './conclude.js';
import { requestRecord } from './record.js';
import { firstFreeAt, holdsSlot, takeSlot } from './slots.js';

export function* addRecipients(wish: AddRecipients, audit: AuditEntry): Program<AddOutcome> {
  const request = yield* row<RequestRow & { readonly now: number }>(
    sql`SELECT requests.*, ${now} AS now FROM requests WHERE token_hash = ${wish.tokenHash} ${locked}`,
  );
  if (request === null) return { kind: 'unknown' };
  if (request.producer !== wish.producer) return { kind: 'foreign' };
  const isOpen = request.outcome === null && request.deadline_at > request.now;
  if (!isOpen || (yield* isKnownPair(wish, request.id))) return known(request, 0);
  if (!(yield* countsFor(wish, request))) {
    yield* addAudit({ ...audit, what: 'deferred', detail: { ...audit.detail, why: 'cap' } }, request.id);
    return { kind: 'cap', retryAtMs: yield* firstFreeAt([wish.approver], wish.maxPendingPerApprover) };
  }
  yield* rows(sql`
    INSERT INTO asked (request_id, approver, endpoint) VALUES (${request.id}, ${wish.approver}, ${wish.endpoint})`);
  const written = yield* insertDeliveries({ request, deliveries: wish.deliveries, firstClaims: null });
  yield* addAudit(audit, request.id);
  yield* announceDue(written.map(({ carrier }) => carrier));
  return known(request, written.length);
}

function* isKnownPair({ approver, endpoint }: AddRecipients, requestId: string): Program<boolean> {
  const found = yield* row(sql`
    SELECT 1 AS found FROM asked WHERE request_id = ${requestId} AND approver = ${approver} AND endpoint = ${endpoint}`);
  return found !== null;
}

/** One request takes one slot of an approver, over however many endpoints it comes. */
function* countsFor(wish: AddRecipients, request: RequestRow): Program<boolean> {
  const { approver, maxPendingPerApprover: max } = wish;
  if (yield* holdsSlot(approver, request.id)) return true;
  return yield* takeSlot({ approver, requestId: request.id, untilMs: request.deadline_at, max });
}

function known(request: RequestRow, recipientsAdded: number): AddOutcome {
  return { kind: 'known', request: requestRecord(request), recipientsAdded };
}
