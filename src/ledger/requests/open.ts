/**
 * Opens a request, unless its site or address is muted: window, request, slots, deliveries, first claims and audit in
 * one commit. Where a limit says no, nothing of it is left but the audit row.
 */
import type { ApproverId, SiteKey } from '../../approval/brand.js';
import type { AuditEntry, NewDelivery, OpenOutcome, OpenRequest } from '../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { begin } from '../deliveries/begin.js';
import { insertDeliveries } from '../deliveries/insert.js';
import { storedRecipient } from '../deliveries/recipient.js';
import type { WindowRow } from '../entities/limits.js';
import type { RequestRow } from '../entities/requests.js';
import { mutedUntil } from '../mutes/mutes.js';
import { announce, row, rows, type Program } from '../program.js';
import { now, recordset, sql, text, whole } from '../sql.js';
import { rowById } from './find.js';
import { requestRecord } from './record.js';
import { firstFreeAt, takeSlot } from './slots.js';

export function* open(wish: OpenRequest, audit: AuditEntry): Program<OpenOutcome> {
  const untilMs = yield* mutedUntil(mutesOf(wish), wish.address);
  if (untilMs !== null) return yield* muted(untilMs, audit);
  if (wish.window !== null && !(yield* takeWindow(wish, wish.window))) return yield* withinWindow(wish.window.key);
  const request = yield* insertRequest(wish);
  if (request === null) {
    yield* giveBackWindow(wish);
    return { kind: 'token_taken' };
  }
  const asked = yield* takeSlots(wish, request);
  if (asked.taken.length === 0 && asked.atCap.length > 0) {
    yield* rows(sql`DELETE FROM requests WHERE id = ${wish.id}`);
    yield* giveBackWindow(wish);
    return yield* allAtCap(wish, audit);
  }
  yield* addAudit(audit, wish.id);
  for (const approver of asked.atCap) yield* addAudit(atCap(audit, approver), wish.id);
  return yield* putBefore(asked, wish, request);
}

/** The site whose mutes count. */
export function mutesOf({ site, muteOf }: OpenRequest): SiteKey | null {
  return muteOf === undefined ? site : muteOf;
}

function* muted(untilMs: number, audit: AuditEntry): Program<OpenOutcome> {
  yield* addAudit({ ...audit, what: 'muted', detail: { ...audit.detail, untilMs } }, null);
  return { kind: 'muted', untilMs };
}

/** Succeeds where the window is absent or over. One row decides it, and only one transaction can change that row. */
function* takeWindow(wish: OpenRequest, window: { key: string; seconds: number }): Program<boolean> {
  const taken = yield* row(sql`
    INSERT INTO windows (key, until, request_id)
    VALUES (${window.key}, ${now} + ${whole(window.seconds * 1000)}, ${wish.id})
    ON CONFLICT (key) DO UPDATE SET until = excluded.until, request_id = excluded.request_id
    WHERE windows.until <= ${now}
    RETURNING key`);
  return taken !== null;
}

function* withinWindow(key: string): Program<OpenOutcome> {
  const window = yield* row<WindowRow>(sql`SELECT * FROM windows WHERE key = ${key}`);
  if (window === null) throw new Error('a window that was taken is there');
  const request = yield* rowById(window.request_id);
  return { kind: 'window', untilMs: window.until, request: request === null ? null : requestRecord(request) };
}

/**
 * By hand, and no savepoint: that would cost every opening a copy of each page that is written, for the few that come to
 * nothing.
 */
function* giveBackWindow({ id, window }: OpenRequest): Program<void> {
  if (window !== null) yield* rows(sql`DELETE FROM windows WHERE key = ${window.key} AND request_id = ${id}`);
}

/** Null when the token is known already. */
function insertRequest(wish: OpenRequest): Program<RequestRow | null> {
  const callback = wish.callback === null ? null : storedRecipient({ kind: 'callback', ...wish.callback });
  const windowUntil = wish.window === null ? sql`NULL` : sql`${now} + ${whole(wish.window.seconds * 1000)}`;
  return row<RequestRow>(sql`
    INSERT INTO requests (
      id, status_id, token_hash, token_prefix, sealed_token, producer, site, host, environment, path, address, country,
      user_agent, browser, opened_at, deadline_at, grant_ttl_seconds, their_confirm_url, callback, callback_key,
      window_until, revision, first_open, first_sent, is_all_failed_told)
    VALUES (
      ${wish.id}, ${wish.statusId}, ${wish.tokenHash}, ${wish.tokenPrefix}, ${wish.sealedToken}, ${wish.producer},
      ${wish.site}, ${wish.host}, ${wish.environment}, ${wish.path}, ${wish.address}, ${wish.country},
      ${wish.userAgent}, ${wish.browser}, ${now}, ${now} + ${whole(wish.ttlSeconds * 1000)}, ${wish.grantTtlSeconds},
      ${wish.theirConfirmUrl}, ${callback?.json ?? null}, ${callback?.key ?? null}, ${windowUntil}, 1, 0, 0, 0)
    ON CONFLICT (token_hash) DO NOTHING
    RETURNING *`);
}

interface Asked {
  readonly taken: readonly { readonly id: ApproverId; readonly deliveries: readonly NewDelivery[] }[];
  readonly atCap: readonly ApproverId[];
}

/** In sorted order, whatever the caller's, so that two openings cannot deadlock. */
function* takeSlots(wish: OpenRequest, request: RequestRow): Program<Asked> {
  const taken: OpenRequest['approvers'][number][] = [];
  const atCap: ApproverId[] = [];
  const sorted = [...wish.approvers].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const approver of sorted) {
    const slot = { approver: approver.id, requestId: wish.id, untilMs: request.deadline_at };
    if (yield* takeSlot({ ...slot, max: wish.maxPendingPerApprover })) taken.push(approver);
    else atCap.push(approver.id);
  }
  return { taken, atCap };
}

function* allAtCap(wish: OpenRequest, audit: AuditEntry): Program<OpenOutcome> {
  yield* addAudit({ ...audit, what: 'deferred', detail: { ...audit.detail, why: 'cap' } }, null);
  const approvers = wish.approvers.map(({ id }) => id);
  return { kind: 'cap', retryAtMs: yield* firstFreeAt(approvers, wish.maxPendingPerApprover) };
}

function atCap(audit: AuditEntry, approver: ApproverId): AuditEntry {
  return { ...audit, what: 'at_cap', detail: { ...audit.detail, approver } };
}

function* putBefore({ taken, atCap }: Asked, wish: OpenRequest, request: RequestRow): Program<OpenOutcome> {
  if (taken.length > 0) {
    const approvers = JSON.stringify(taken.map(({ id }) => ({ approver: id })));
    yield* rows(sql`
      INSERT INTO asked (request_id, approver, endpoint)
      SELECT ${text(wish.id)}, made.approver, ${text(wish.endpoint ?? '')}
      FROM ${recordset('made', approvers, { approver: 'text' })}`);
  }
  const deliveries = taken.flatMap((approver) => approver.deliveries);
  const written = yield* insertDeliveries({ request, deliveries, firstClaims: wish.firstClaims });
  const claims = yield* begin(
    written.filter(({ state }) => state === 'sending'),
    { requests: [request], isProbe: false },
  );
  const isEveryCarrierPaused = written.length > 0 && written.every((card) => card.is_first_ended === 1);
  if (isEveryCarrierPaused) yield* rows(sql`UPDATE requests SET is_all_failed_told = 1 WHERE id = ${wish.id}`);
  yield* announce({ kind: 'request', id: wish.id, statusId: wish.statusId, outcome: null });
  yield* announceDue(written.filter(({ state }) => state === 'queued').map(({ carrier }) => carrier));
  return { kind: 'opened', request: requestRecord(request), claims, approversAtCap: atCap, isEveryCarrierPaused };
}
