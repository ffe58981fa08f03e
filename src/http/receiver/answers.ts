/** What the receiver answers to a producer. Fields are named as in the payload (RFC 001, section 6.2). */
import { outcomeSentence } from '../../approval/card-view.js';
import type { RequestRecord } from '../../approval/request.js';
import { refusal, withMembers, type Reply } from '../shared/reply.js';
import type { WrongField } from './payload.js';

/** A request as its producer sees it. `status` is `pending` or an outcome. */
function stateOf(request: RequestRecord): Readonly<Record<string, string | null>> {
  const { decision } = request;
  return {
    request: request.id,
    status: decision?.outcome ?? 'pending',
    host: request.host,
    environment: request.environment,
    origin_ip: request.address,
    opened_at: time(request.openedAtMs),
    expires_at: time(request.deadlineAtMs),
    decided_by: decision?.by ?? null,
    decided_over: decision?.over ?? null,
    decided_at: time(decision?.atMs ?? null),
    granted_until: time(decision?.grantedUntilMs ?? null),
  };
}

export function taken(request: RequestRecord, recipientsAdded: number | null): Reply {
  const added = recipientsAdded === null ? {} : { recipients_added: recipientsAdded };
  return { status: 200, body: { ...stateOf(request), ...added } };
}

export function found(request: RequestRecord): Reply {
  return { status: 200, body: stateOf(request) };
}

export function wrongFields(status: 400 | 422, fields: readonly WrongField[]): Reply {
  const names = fields.map(({ field, problem }) => (field === '' ? problem : `${field} ${problem}`));
  const code = status === 400 ? 'bad_payload' : 'not_yours';
  return withMembers(refusal(status, code, `${names.join('; ')}.`), { fields });
}

export function alreadyEnded(request: RequestRecord): Reply {
  const outcome = request.decision === null ? '' : ` ${outcomeSentence(request.decision)}.`;
  const error = `This request has its outcome already.${outcome}`;
  // `status` is the request's then, as its producer reads it: of a text, readers of problem documents take no notice (RFC 9457, 3.1)
  return withMembers(refusal(409, 'already_ended', error), stateOf(request));
}

export function atCap(retryAfterSeconds: number): Reply {
  return {
    ...refusal(429, 'everybody_at_cap', 'Every approver has as many requests before them as allowed: ask again later.'),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

export function muted(retryAfterSeconds: number): Reply {
  return {
    ...refusal(429, 'muted', 'An approver wants no requests from this host or address for a while: ask again later.'),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

/** Nobody can be let in by this address, so that nobody is asked. */
export function noVisitors(why: 'address_of_a_proxy' | 'address_of_nobody'): Reply {
  const problem =
    why === 'address_of_nobody'
      ? 'is an address that no single visitor can have'
      : "is loopback, link-local or a proxy's own address, and not a visitor's";
  return withMembers(refusal(422, why, `origin_ip ${problem}.`), { fields: [{ field: 'origin_ip', problem }] });
}

export function rateLimited(retryAfterSeconds: number): Reply {
  return {
    ...refusal(429, 'rate_limited', 'Too many calls from this address have failed: wait, and mend what you send.'),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

export const UNKNOWN_PRODUCER: Reply = {
  ...refusal(
    401,
    'unknown_producer',
    'Send the bearer token of a producer in the Authorization header, or a client certificate that is known here.',
  ),
  headers: { 'www-authenticate': 'Bearer realm="koder-gate"' },
};
export const WRONG_METHOD = refusal(405, 'method_not_allowed', 'The Allow header says how this is called.');
export const ENCODED = refusal(415, 'encoded', 'Send the body as it is, without a Content-Encoding.');
export const TOO_LARGE = largerThan(262_144);
export const BODY_CUT = refusal(400, 'body_cut', 'The body ended before its time.');
export const NOT_JSON = refusal(400, 'bad_json', 'The body is not JSON in UTF-8.');
export const FOREIGN = refusal(409, 'foreign_token', 'This token belongs to a request of another producer.');
export const NO_REQUEST = refusal(404, 'unknown_request', 'There is no such request of yours.');
export const UNAVAILABLE: Reply = {
  ...refusal(503, 'unavailable', 'The request is not known to be stored: send it again.'),
  headers: { 'retry-after': '1' },
};
export const CALLER_UNDECIDED: Reply = {
  ...refusal(503, 'caller_undecided', 'Who calls cannot be judged at this time; nothing was stored. Send it again.'),
  headers: { 'retry-after': '1' },
};
export const BROKEN = refusal(500, 'broken', 'Something went wrong on our side: send the request again.');

export function largerThan(maxBytes: number): Reply {
  return refusal(413, 'too_large', `The body may have at most ${maxBytes.toLocaleString('en')} bytes.`);
}

function time(atMs: number): string;
function time(atMs: number | null): string | null;
function time(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
