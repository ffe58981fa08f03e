/** Requests and whom each one asked. */
import type { Environment, Outcome } from '../../approval/request.js';
import { bigint, integer, maybe, table, text } from './columns.js';

export interface RequestRow {
  readonly id: string;
  readonly status_id: string;
  readonly token_hash: string;
  readonly token_prefix: string;
  /** Null once the outcome is set and nobody must be told the token any more. */
  readonly sealed_token: string | null;
  readonly producer: string;
  readonly site: string | null;
  readonly host: string;
  readonly environment: Environment;
  readonly path: string;
  readonly address: string;
  readonly country: string | null;
  readonly user_agent: string;
  readonly browser: string;
  readonly opened_at: number;
  readonly deadline_at: number;
  readonly grant_ttl_seconds: number;
  readonly their_confirm_url: string | null;
  /** The callback recipient as JSON, and its key among the request's deliveries. */
  readonly callback: string | null;
  readonly callback_key: string | null;
  readonly window_until: number | null;
  readonly revision: number;
  readonly outcome: Outcome | null;
  readonly decided_by: string | null;
  readonly decided_over: string | null;
  readonly decided_at: number | null;
  readonly granted_until: number | null;
  readonly tap_id: string | null;
  /** Why it was denied, and whether the visitor may read it. Null where nothing was said. */
  readonly denial_reason: string | null;
  readonly is_denial_shared: number | null;
  /** Who ended the grant of an approved request before its time, and when. */
  readonly revoked_by: string | null;
  readonly revoked_at: number | null;
  /** Cards whose first attempt has not ended yet, and how many first attempts delivered. */
  readonly first_open: number;
  readonly first_sent: number;
  readonly is_all_failed_told: number;
}

export const requests = table<RequestRow>('requests', {
  columns: {
    id: { ...text, primary: true },
    status_id: text,
    token_hash: text,
    token_prefix: text,
    sealed_token: maybe(text),
    producer: text,
    site: maybe(text),
    host: text,
    environment: text,
    path: text,
    address: text,
    country: maybe(text),
    user_agent: text,
    browser: text,
    opened_at: bigint,
    deadline_at: bigint,
    grant_ttl_seconds: integer,
    their_confirm_url: maybe(text),
    callback: maybe(text),
    callback_key: maybe(text),
    window_until: maybe(bigint),
    revision: integer,
    outcome: maybe(text),
    decided_by: maybe(text),
    decided_over: maybe(text),
    decided_at: maybe(bigint),
    granted_until: maybe(bigint),
    tap_id: maybe(text),
    first_open: integer,
    first_sent: integer,
    is_all_failed_told: integer,
    denial_reason: maybe(text),
    is_denial_shared: maybe(integer),
    revoked_by: maybe(text),
    revoked_at: maybe(bigint),
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

/** A pair that was asked: an approver, by an endpoint (empty for our own gate). */
export interface AskedRow {
  readonly request_id: string;
  readonly approver: string;
  readonly endpoint: string;
}

export const asked = table<AskedRow>('asked', {
  columns: {
    request_id: { ...text, primary: true },
    approver: { ...text, primary: true },
    endpoint: { ...text, primary: true },
  },
  foreignKeys: [
    { name: 'asked_request', target: 'requests', columnNames: ['request_id'], referencedColumnNames: ['id'] },
  ],
  withoutRowid: true,
});
