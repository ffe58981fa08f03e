/** The webhook payloads: a request as a consumer is asked (RFC 001, section 6.2), and an outcome as a producer is told. */
import type { CardView } from '../src/approval/card-view.js';
import type { ApproverId, RequestId, Token } from '../src/approval/brand.js';
import type { Environment, Outcome } from '../src/approval/request.js';
import { fit } from '../src/base/text/fit.js';

/** Field for field the RFC's. `timestamp`: when the request was opened; `ttl_seconds`: how long it lives from then. */
export interface ConsumerPayload {
  readonly token: Token;
  readonly host: string;
  readonly environment: Environment;
  /** One address; for IPv6 the network's first, since a visitor is known by the /64. */
  readonly origin_ip: string;
  readonly user_agent: string;
  readonly geo: string | null;
  readonly timestamp: string;
  readonly admin: ApproverId;
  readonly confirm_url: string;
  readonly ttl_seconds: number;
}

/** The body of a producer's callback. Times are ISO 8601 in UTC; `granted_until` is null where no grant was written. */
export interface CallbackPayload {
  readonly type: 'auth_gate.decided';
  readonly token: Token;
  readonly request_id: RequestId;
  readonly outcome: Outcome;
  readonly decided_by: string;
  /** The surface of the first accepted tap: a channel's name, `page`, `cli`, or `clock` for an expiry. */
  readonly over: string;
  readonly decided_at: string;
  readonly granted_until: string | null;
  readonly host: string;
  readonly origin_ip: string;
  readonly geo: string | null;
}

const MAX_USER_AGENT_CODE_POINTS = 512;

/** Null once the request has an outcome: there is nothing to ask any more. */
export function consumerPayload(view: CardView, admin: ApproverId): ConsumerPayload | null {
  if (view.state.kind !== 'pending') return null;
  return {
    token: view.state.token,
    host: view.host,
    environment: view.environment,
    origin_ip: addressOf(view),
    user_agent: fit(view.userAgent, MAX_USER_AGENT_CODE_POINTS),
    geo: view.country,
    timestamp: iso(view.openedAtMs),
    admin,
    confirm_url: view.state.confirmUrl,
    ttl_seconds: Math.max(1, Math.round((view.deadlineAtMs - view.openedAtMs) / 1000)),
  };
}

/** Null while the request is pending: there is nothing to tell yet. */
export function callbackPayload(view: CardView, token: Token): CallbackPayload | null {
  const { state } = view;
  if (state.kind !== 'decided') return null;
  return {
    type: 'auth_gate.decided',
    token,
    request_id: view.requestId,
    outcome: state.outcome,
    decided_by: state.by,
    over: state.over,
    decided_at: iso(state.atMs),
    granted_until: state.grantedUntilMs === null ? null : iso(state.grantedUntilMs),
    host: view.host,
    origin_ip: addressOf(view),
    geo: view.country,
  };
}

function addressOf(view: CardView): string {
  return view.address.replace(/\/\d+$/, '');
}

/** `2026-05-11T15:19:31Z`, as the RFC writes it. */
function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
