/**
 * Opens a request, unless its site or address is muted or the visitor has one waiting there: window, request, slots,
 * deliveries, first claims and audit in one commit. Where a limit says no, nothing of it is left: strangers may ask as
 * often as they like.
 */
import type { ApproverId, SiteKey } from '../../../approval/brand.js';
import type { AuditEntry, NewDelivery, OpenOutcome, OpenRequest } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { beginCards } from '../deliveries/begin.js';
import { insertDeliveries } from '../deliveries/insert.js';
import { storedRecipient } from '../deliveries/recipient.js';
import { columnsOf } from '../../tables/columns.js';
import { insertFrom, insertInto } from '../../tables/insert.js';
import { windows, type WindowRow } from '../../tables/limits.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import { asked, requests, type RequestRow } from '../../tables/requests.js';
import { mutedUntil } from '../mutes/mutes.js';
import { announce, row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { rowById } from './find.js';
import { requestRecord } from './record.js';
import { allTaken, lookAhead, takeSlot, takeTurns, type ShareInput } from './slots.js';
import { openedMeanwhile, stillWaiting, waitingOf } from './waiting.js';

export function* open(input: OpenRequest, audit: AuditEntry): UnitOfWork<OpenOutcome> {
  const untilMs = yield* mutedUntil(mutesOf(input), input.address);
  if (untilMs !== null) return { kind: 'muted', untilMs };
  const { isFull, waiting } = yield* lookAhead(idsOf(input), sharesOf(input), waitingOf(input));
  if (waiting !== null) return yield* stillWaiting(waiting);
  if (isFull && !(yield* hasWindow(input))) return yield* allTaken(idsOf(input), input.maxPendingPerApprover);
  if (input.window !== null && !(yield* takeWindow(input, input.window))) return yield* withinWindow(input.window.key);
  const request = yield* insertRequest(input);
  if (request === null) {
    yield* giveBackWindow(input);
    return (yield* openedMeanwhile(input)) ?? { kind: 'token_taken' };
  }
  const slots = yield* takeSlots(input, request);
  if (slots.taken.length === 0 && slots.atCap.length > 0) {
    yield* rows(sql`DELETE FROM requests WHERE id = ${input.id}`);
    yield* giveBackWindow(input);
    return yield* allTaken(idsOf(input), input.maxPendingPerApprover);
  }
  yield* addAudit(audit, input.id);
  for (const approver of slots.atCap) yield* addAudit(atCap(audit, approver), input.id);
  return yield* putBefore(slots, input, request);
}

/** The sites whose mutes count. */
export function mutesOf({ site, muteOf, mutePattern = null }: OpenRequest): readonly SiteKey[] {
  return [muteOf === undefined ? site : muteOf, mutePattern].filter((key) => key !== null);
}

/** Where nobody has a slot, a visitor with a window is still shown its request. */
function* hasWindow({ window }: OpenRequest): UnitOfWork<boolean> {
  if (window === null) return false;
  return (yield* row(sql`SELECT 1 AS live FROM windows WHERE key = ${window.key} AND until > ${now}`)) !== null;
}

/** Succeeds where the window is absent or over. One row decides it, and only one transaction can change that row. */
function* takeWindow(input: OpenRequest, window: { key: string; seconds: number }): UnitOfWork<boolean> {
  const until = sql`${now} + ${whole(window.seconds * 1000)}`;
  const taken = yield* row(sql`
    ${insertInto(windows, { key: window.key, until, request_id: input.id })}
    ON CONFLICT (key) DO UPDATE SET until = excluded.until, request_id = excluded.request_id
    WHERE windows.until <= ${now}
    RETURNING key`);
  return taken !== null;
}

function* withinWindow(key: string): UnitOfWork<OpenOutcome> {
  const window = yield* row<WindowRow>(sql`SELECT * FROM windows WHERE key = ${key}`);
  if (window === null) throw new Error('a window that was taken is there');
  const request = yield* rowById(window.request_id);
  return { kind: 'window', untilMs: window.until, request: request === null ? null : requestRecord(request) };
}

/**
 * By hand, and no savepoint: that would cost every opening a copy of each page that is written, for the few that come to
 * nothing.
 */
function* giveBackWindow({ id, window }: OpenRequest): UnitOfWork<void> {
  if (window !== null) yield* rows(sql`DELETE FROM windows WHERE key = ${window.key} AND request_id = ${id}`);
}

/** Null when the token is known already, or the visitor has a request waiting: this is judged holding the window's row. */
function insertRequest(input: OpenRequest): UnitOfWork<RequestRow | null> {
  const callback = input.callback === null ? null : storedRecipient({ kind: 'callback', ...input.callback });
  const { producer, site, host, environment, path, address, country, browser } = input;
  const request = {
    id: input.id,
    status_id: input.statusId,
    token_hash: input.tokenHash,
    token_prefix: input.tokenPrefix,
    sealed_token: input.sealedToken,
    ...{ producer, site, host, environment, path, address, country, browser },
    user_agent: input.userAgent,
    person: input.person ?? null,
    opened_at: now,
    deadline_at: sql`${now} + ${whole(input.ttlSeconds * 1000)}`,
    grant_ttl_seconds: input.grantTtlSeconds,
    their_confirm_url: input.theirConfirmUrl,
    callback: callback?.recipient ?? null,
    callback_key: callback?.recipient_key ?? null,
    window_until: input.window === null ? null : sql`${now} + ${whole(input.window.seconds * 1000)}`,
    revision: 1,
    first_open: 0,
    first_sent: 0,
    is_all_failed_told: 0,
  };
  return row<RequestRow>(sql`
    ${insertFrom(requests, request, sql`WHERE NOT EXISTS (${waitingOf(input)})`)}
    ON CONFLICT (token_hash) DO NOTHING
    RETURNING *`);
}

interface Asked {
  readonly taken: readonly { readonly id: ApproverId; readonly deliveries: readonly NewDelivery[] }[];
  readonly atCap: readonly ApproverId[];
}

/** In sorted order, whatever the caller's, so that two openings cannot deadlock. */
function* takeSlots(input: OpenRequest, request: RequestRow): UnitOfWork<Asked> {
  const taken: OpenRequest['approvers'][number][] = [];
  const atCap: ApproverId[] = [];
  const sorted = [...input.approvers].sort((one, other) => (one.id < other.id ? -1 : 1));
  if (sorted.length > 0) yield* takeTurns(idsOf(input));
  for (const approver of sorted) {
    const slot = { approver: approver.id, requestId: input.id, untilMs: request.deadline_at };
    if (yield* takeSlot({ ...slot, ...sharesOf(input) })) taken.push(approver);
    else atCap.push(approver.id);
  }
  return { taken, atCap };
}

function idsOf({ approvers }: OpenRequest): readonly ApproverId[] {
  return approvers.map(({ id }) => id);
}

export function sharesOf(input: OpenRequest): ShareInput {
  return { max: input.maxPendingPerApprover, network: input.network, maxPerNetwork: input.maxPendingPerNetwork };
}

function atCap(audit: AuditEntry, approver: ApproverId): AuditEntry {
  return { ...audit, what: 'at_cap', detail: { ...audit.detail, approver } };
}

const APPROVER = columnsOf(asked, 'approver');

function* putBefore({ taken, atCap }: Asked, input: OpenRequest, request: RequestRow): UnitOfWork<OpenOutcome> {
  if (taken.length > 0) {
    const made = recordset(
      'made',
      taken.map(({ id }) => ({ approver: id })),
      APPROVER,
    );
    const pair = { request_id: input.id, ...fieldsOf('made', APPROVER), endpoint: input.endpoint ?? '' };
    yield* rows(insertFrom(asked, pair, sql`FROM ${made}`));
  }
  const deliveries = taken.flatMap((approver) => approver.deliveries);
  const written = yield* insertDeliveries({ request, deliveries, firstClaims: input.firstClaims });
  const claims = yield* beginCards(
    written.filter(({ state }) => state === 'sending'),
    request,
  );
  const isEveryTransportPaused = written.length > 0 && written.every((card) => card.is_first_ended === 1);
  if (isEveryTransportPaused) yield* rows(sql`UPDATE requests SET is_all_failed_told = 1 WHERE id = ${input.id}`);
  yield* announce({ kind: 'request', id: input.id, statusId: input.statusId, outcome: null });
  yield* announceDue(written.filter(({ state }) => state === 'queued').map(({ carrier: transport }) => transport));
  return { kind: 'opened', request: requestRecord(request), claims, approversAtCap: atCap, isEveryTransportPaused };
}
