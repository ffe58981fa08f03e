/** From a row of `requests` to the record that everybody else knows. */
import type { Decision, Denial, RequestRecord, Revocation } from '../../../approval/request.js';
import { mapper } from '../../tables/mapper.js';
import { requests, type RequestRow } from '../../tables/requests.js';

const askedFor = mapper(
  requests,
  'id',
  'status_id',
  'token_prefix',
  'producer',
  'site',
  'host',
  'environment',
  'path',
  'address',
  'country',
  'user_agent',
  'browser',
  'opened_at',
  'deadline_at',
  'grant_ttl_seconds',
  'their_confirm_url',
  'revision',
);

export function requestRecord(row: RequestRow): RequestRecord {
  const isNobodyReached = row.is_all_failed_told === 1 && row.first_sent === 0;
  const person = row.person === null ? {} : { person: row.person };
  return { ...askedFor(row), ...person, decision: decisionOf(row), ...(isNobodyReached ? { isNobodyReached } : {}) };
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
