/** Why Slack opens no socket: tells what somebody has to fix from what passes by itself. */
import type { ConnectionEnd } from '../../../src/contract/inbound.js';
import { failureOf } from '../web.js';

/** Slack's own troubles; every other no of `apps.connections.open` is about the app or its token. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'team_added_to_org',
]);
const KNOWN_REFUSALS = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'missing_args',
  'no_permission',
  'not_allowed_token_type',
  'forbidden_team',
  'team_disabled',
  'user_removed_from_team',
  'access_denied',
  'org_login_required',
]);

/** Null: the SDK says nothing of why, because the socket itself failed. */
export function startFailure(error: unknown): ConnectionEnd | null {
  if (error === undefined) return null;
  const answer = failureOf(error, { status: null, error: null, isAborted: false });
  switch (answer.kind) {
    case 'no':
      if (PASSING.has(answer.error)) return { kind: 'lost', reason: answer.error };
      return { kind: 'refused', reason: KNOWN_REFUSALS.has(answer.error) ? answer.error : 'socket_refused' };
    case 'busy':
      return { kind: 'lost', reason: 'http_429' };
    case 'http':
      return { kind: 'lost', reason: 'http_error' };
    case 'not_sent':
    case 'no_answer':
      return { kind: 'lost', reason: answer.reason };
  }
}
