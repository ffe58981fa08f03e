/** From a row of `requests` to the record that everybody else knows. */
import type { RequestId, SiteKey, StatusId, VisitorAddress } from '../../approval/brand.js';
import type { Decision, Denial, RequestRecord, Revocation } from '../../approval/request.js';
import type { RequestRow } from '../entities/requests.js';

export function requestRecord(row: RequestRow): RequestRecord {
  return {
    id: row.id as RequestId,
    statusId: row.status_id as StatusId,
    tokenPrefix: row.token_prefix,
    producer: row.producer,
    site: row.site as SiteKey | null,
    host: row.host,
    environment: row.environment,
    path: row.path,
    address: row.address as VisitorAddress,
    country: row.country,
    userAgent: row.user_agent,
    browser: row.browser,
    openedAtMs: row.opened_at,
    deadlineAtMs: row.deadline_at,
    grantTtlSeconds: row.grant_ttl_seconds,
    theirConfirmUrl: row.their_confirm_url,
    revision: row.revision,
    decision: decisionOf(row),
    ...(row.is_all_failed_told === 1 && row.first_sent === 0 ? { isNobodyReached: true } : {}),
  };
}

export function decisionOf(row: RequestRow): Decision | null {
  if (row.outcome === null) return null;
  return {
    outcome: row.outcome,
    by: row.decided_by ?? '',
    over: row.decided_over ?? '',
    atMs: row.decided_at ?? 0,
    grantedUntilMs: row.granted_until,
    ...denialOf(row),
    ...revocationOf(row),
  };
}

function denialOf({ denial_reason: reason, is_denial_shared }: RequestRow): { readonly denial?: Denial } {
  return reason === null ? {} : { denial: { reason, isShared: is_denial_shared === 1 } };
}

function revocationOf({ revoked_by: by, revoked_at }: RequestRow): { readonly revocation?: Revocation } {
  return by === null || revoked_at === null ? {} : { revocation: { by, atMs: revoked_at } };
}
