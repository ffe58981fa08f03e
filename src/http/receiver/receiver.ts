/**
 * The webhook receiver: another gate opens requests here (RFC 001, sections 6.2, 7.1 and 8.1), asks for their state
 * and withdraws them. 200 is said only after the request is durable, and every answer within 2 s. The checks come in the
 * guard's order; who calls is proven by headers and connection.
 */
import type { Express, Request, RequestHandler } from 'express';
import type { Clock } from '../../base/time/clock.js';
import { singleHeader } from '../../base/net/raw-headers.js';
import { inTime } from '../../base/time/in-time.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import { failureOfStatus, refusedAs, type Arrival, type Refused } from '../public/guard/arrival.js';
import { checked } from '../public/guard/checks.js';
import type { Redriver } from '../public/guard/dead-letters.js';
import type { Guard } from '../public/guard/guard.js';
import type { KeptCall } from '../public/guard/kept-call.js';
import { send, type Reply } from '../shared/reply.js';
import { opening, telling, withdrawing, type Act, type ActDeps, type ProvenCall } from './acts.js';
import * as answers from './answers.js';
import type { Authenticator } from './authenticator.js';
import { MAX_MAIL_BYTES, ordering, tellingMail } from './mails/mail-acts.js';
import type { ProducerMails } from '../../contract/producer-mails.js';
import { payloadReader } from './payload.js';

/** The receiver's name in dead letters. */
export const PRODUCER_SOURCE = 'producer';
/** The RFC gives 2 s; what is left is for the way there and back. */
const ANSWER_WITHIN_MS = 1_700;
const IDEMPOTENCY_KEY = 'idempotency-key';
/** An `Authorization` header is a secret as a whole, so that nothing of it is quoted. */
const QUOTED = { whole: [], cut: [] } as const;

/** Where mails are ordered. */
const MAILS_PATH = '/api/v1/mails';

/** What the receiver carries out. */
export interface WayDeps extends ActDeps {
  readonly mails: ProducerMails;
}

export interface ReceiverDeps extends WayDeps {
  readonly authenticator: Authenticator;
  readonly guard: Pick<Guard, 'arrive'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One route of the receiver. `name`: how a dead letter names it. */
interface Way {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly isBodyRead: boolean;
  readonly maxBodyBytes?: number;
  readonly act: Act;
}

export function routeReceiver(app: Express, deps: ReceiverDeps): void {
  for (const way of waysIn(deps, deps.clock)) {
    app.all(way.path, answering(deps, way));
  }
}

/** Carries out a producer's call that was refused after its proof: judged as at the time it came. */
export function producerRedriver(deps: WayDeps): Redriver {
  return async ({ about, body }, atMs) => {
    const way = waysIn(deps, { nowMs: () => atMs }).find(({ name }) => name === about['way']);
    const producer = deps.directory().producers.get(about['producer'] ?? '');
    if (way === undefined || producer === undefined) return { isDone: false, outcome: 'unknown_producer' };
    const { caller = '', token = '', idempotencyKey = '' } = about;
    const reply = await way.act({ producer, caller, token, idempotencyKey, body });
    const isDone = reply.status < 300;
    return { isDone, outcome: isDone ? 'done' : codeOf(reply) };
  };
}

/** `judging`: the time by which a payload's own is judged. */
function waysIn(deps: WayDeps, judging: Pick<Clock, 'nowMs'>): readonly Way[] {
  return [...requestWays(deps, judging), ...mailWays(deps, judging)];
}

function mailWays(deps: WayDeps, judging: Pick<Clock, 'nowMs'>): readonly Way[] {
  const [path, of] = [MAILS_PATH, { ...deps, judging }];
  const order = { method: 'POST', path, isBodyRead: true, maxBodyBytes: MAX_MAIL_BYTES, act: ordering(of) } as const;
  const tell = { method: 'GET', path: `${path}/:token`, isBodyRead: false, act: tellingMail(of) } as const;
  return [
    { name: `order ${path}`, ...order },
    { name: `tell ${path}`, ...tell },
  ];
}

function requestWays(deps: ActDeps, judging: Pick<Clock, 'nowMs'>): readonly Way[] {
  const readPayload = payloadReader(judging);
  return deps.endpoints.flatMap((endpoint): readonly Way[] => {
    const { path } = endpoint;
    return [
      { name: `open ${path}`, method: 'POST', path, isBodyRead: true, act: opening(deps, endpoint, readPayload) },
      { name: `tell ${path}`, method: 'GET', path: `${path}/:token`, isBodyRead: false, act: telling(deps) },
      {
        name: `withdraw ${path}`,
        method: 'POST',
        path: `${path}/:token/withdraw`,
        isBodyRead: false,
        act: withdrawing(deps),
      },
    ];
  });
}

/** How far a call has come when its time is up. */
interface Progress {
  isRefused: boolean;
  kept: KeptCall | null;
}

function answering(deps: ReceiverDeps, way: Way): RequestHandler {
  return async (request, response) => {
    const { maxBodyBytes } = way;
    const at = { source: PRODUCER_SOURCE, quoted: QUOTED, ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }) };
    const arrival = deps.guard.arrive(at, request, response);
    const progress: Progress = { isRefused: false, kept: null };
    const work = carriedOut(deps, { request, way, arrival, progress }).catch((error: unknown) =>
      failed(deps.log, error),
    );
    // after the bound the work goes on: it is idempotent, and the caller is told to send the call again
    const bound = { ms: ANSWER_WITHIN_MS, clock: deps.clock, late: answers.UNAVAILABLE };
    const reply = await inTime(work, bound);
    send(response, reply);
    const reason = HAS_FAILED.has(reply.status) ? failureOfStatus(reply.status) : null;
    if (reason !== null && !progress.isRefused) arrival.leave({ status: reply.status, reason, kept: progress.kept });
  };
}

/** Answers to a proven caller that mean a failure. Others, such as "it has its outcome already", are plain answers. */
const HAS_FAILED = new Set([400, 422, 500, 503]);

interface Underway {
  readonly request: Request;
  readonly way: Way;
  readonly arrival: Arrival;
  readonly progress: Progress;
}

async function carriedOut(deps: ReceiverDeps, underway: Underway): Promise<Reply> {
  const { request, way, arrival, progress } = underway;
  const come = await checked(arrival, request, {
    method: way.method,
    single: ['authorization'],
    proof: { by: 'headers', hasBody: way.isBodyRead, prove: () => proven(deps, request) },
  });
  if (come.kind === 'refused') {
    progress.isRefused = true;
    return replyTo(come, way);
  }
  const idempotencyKey = idempotencyKeyOf(request);
  const call: ProvenCall = { ...come.proven, token: tokenOf(request), idempotencyKey, body: come.bytes };
  progress.kept = way.method === 'POST' ? keptCall(way, call) : null;
  return way.act(call);
}

async function proven(
  deps: ReceiverDeps,
  request: Request,
): Promise<({ readonly kind: 'proven' } & Pick<ProvenCall, 'producer' | 'caller'>) | Refused> {
  const caller = await deps.authenticator.authenticate(request);
  if (caller.kind === 'unavailable') return refusedAs(503, 'caller_undecided');
  const producer = caller.kind === 'caller' ? deps.directory().producers.get(caller.producer) : undefined;
  if (caller.kind === 'unknown' || producer === undefined) return refusedAs(401, 'unknown_producer');
  return { kind: 'proven', producer, caller: caller.identity };
}

/** The token is the call's replay key, or the order's own: the same request is opened or withdrawn, and the same mail ordered, once. */
function keptCall(way: Way, { producer, caller, token, idempotencyKey, body }: ProvenCall): KeptCall {
  const about = { way: way.name, producer: producer.name, caller, token, idempotencyKey };
  return { id: token === '' ? idempotencyKey : token, headers: {}, body, about };
}

/** Also logs work that fails after its caller was answered. */
function failed(log: Log, error: unknown): Reply {
  if (isLedgerUnavailable(error)) return answers.UNAVAILABLE;
  log.error('the receiver failed', { error: safeStack(error) });
  return answers.BROKEN;
}

function replyTo({ reason, retryAfterSeconds }: Refused, { method, maxBodyBytes }: Way): Reply {
  if (reason === 'too_large' && maxBodyBytes !== undefined) return answers.largerThan(maxBodyBytes);
  if (reason === 'method_not_allowed') return { ...answers.WRONG_METHOD, headers: { allow: method } };
  if (reason === 'rate_limited') return answers.rateLimited(retryAfterSeconds ?? 1);
  return REPLIES[reason] ?? answers.UNKNOWN_PRODUCER;
}

const REPLIES: Readonly<Record<string, Reply>> = {
  encoded: answers.ENCODED,
  too_large: answers.TOO_LARGE,
  malformed: answers.BODY_CUT,
  caller_undecided: answers.CALLER_UNDECIDED,
};

/** Twice is as wrong as a key that is none, and is told so. */
function idempotencyKeyOf({ rawHeaders }: Request): string {
  const key = singleHeader(rawHeaders, IDEMPOTENCY_KEY);
  return key === null ? 'two of them' : (key ?? '');
}

function tokenOf(request: Request): string {
  const token = request.params['token'];
  return typeof token === 'string' ? token : '';
}

function codeOf({ body }: Reply): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'refused';
}
