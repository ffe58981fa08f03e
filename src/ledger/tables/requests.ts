/** Requests and whom each one asked. */
import type { ApproverId, RequestId, SiteKey, StatusId, VisitorAddress } from '../../approval/brand.js';
import type { Environment, Outcome } from '../../approval/request.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

export const requests = table('requests', {
  columns: {
    id: { ...textOf<RequestId>(), primary: true },
    status_id: textOf<StatusId>(),
    token_hash: text,
    token_prefix: text,
    /** Null once the outcome is set and nobody must be told the token any more. */
    sealed_token: maybe(text),
    producer: text,
    site: maybe(textOf<SiteKey>()),
    host: text,
    environment: textOf<Environment>(),
    path: text,
    address: textOf<VisitorAddress>(),
    country: maybe(text),
    user_agent: text,
    browser: text,
    opened_at: bigint,
    deadline_at: bigint,
    grant_ttl_seconds: integer,
    their_confirm_url: maybe(text),
    /** The callback recipient as JSON, and its key among the request's deliveries. */
    callback: maybe(text),
    callback_key: maybe(text),
    window_until: maybe(bigint),
    revision: integer,
    outcome: maybe(textOf<Outcome>()),
    decided_by: maybe(text),
    decided_over: maybe(text),
    decided_at: maybe(bigint),
    granted_until: maybe(bigint),
    tap_id: maybe(text),
    /** Cards whose first attempt has not ended yet, and how many first attempts delivered. */
    first_open: integer,
    first_sent: integer,
    is_all_failed_told: integer,
    /** Why it was denied, and whether the visitor may read it. Null where nothing was said. */
    denial_reason: maybe(text),
    is_denial_shared: maybe(integer),
    /** Who ended the grant of an approved request before its time, and when. */
    revoked_by: maybe(text),
    revoked_at: maybe(bigint),
    /** Who had signed in when they asked, in one line. */
    person: maybe(text),
  },
  indices: [
    { name: 'requests_token_hash', columns: ['token_hash'], unique: true },
    { name: 'requests_status_id', columns: ['status_id'], unique: true },
    { name: 'requests_pending', columns: ['deadline_at'], where: 'outcome IS NULL' },
    { name: 'requests_visitor', columns: ['site', 'address', 'opened_at'] },
    { name: 'requests_opened', columns: ['opened_at'] },
    { name: 'requests_unerased', columns: ['opened_at', 'id'], where: "address <> 'erased'" },
  ],
});

export type RequestRow = RowOf<typeof requests>;

/** A pair that was asked: an approver, by an endpoint (empty for our own gate). */
export const asked = table('asked', {
  columns: {
    request_id: { ...textOf<RequestId>(), primary: true },
    approver: { ...textOf<ApproverId>(), primary: true },
    endpoint: { ...text, primary: true },
  },
  foreignKeys: [
    { name: 'asked_request', target: 'requests', columnNames: ['request_id'], referencedColumnNames: ['id'] },
  ],
  withoutRowid: true,
});
