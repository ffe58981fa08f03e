/**
 * The webhook receiver: another gate opens requests here (RFC 001, sections 6.2, 7.1 and 8.1), asks for their state
 * and withdraws them. 200 is said only after the request is durable, and every answer within 2 s. The checks come in the
 * guard's order; who calls is proven by headers and connection, so that no byte of a stranger's body is read.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import type { ChannelName } from '../../approval/brand.js';
import type { Clock } from '../../base/clock.js';
import { inTime } from '../../base/in-time.js';
import type { Log } from '../../base/log.js';
import { singleHeader } from '../../base/raw-headers.js';
import { whence } from '../../base/whence.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import { failureOfStatus, refusedAs, type Arrival, type Refused } from '../guard/arrival.js';
import type { Redriver } from '../guard/dead-letters.js';
import type { Guard } from '../guard/guard.js';
import type { KeptCall } from '../guard/kept-call.js';
import { send, type Reply } from '../reply.js';
import { opening, telling, withdrawing, type Act, type ActParts, type Endpoint, type ProvenCall } from './acts.js';
import * as answers from './answers.js';
import type { Authenticator } from './authenticator.js';
import { payloadReader } from './payload.js';

/** The receiver's name in dead letters. */
export const PRODUCER_SOURCE = 'producer';
/** The RFC gives 2 s; what is left is for the way there and back. */
const ANSWER_WITHIN_MS = 1_700;
/** An `Authorization` header is a secret as a whole, so that nothing of it is quoted. */
const QUOTED = { whole: [], cut: [] } as const;

/** `koder_id` has no form of its own here yet, so that its endpoint feeds what the producer's table says. */
const ENDPOINTS: readonly Endpoint[] = [
  { path: '/api/v1/bots/koder-gate/approvals', channels: ['talk' as ChannelName] },
  { path: '/v1/auth-gate/approvals', channels: null },
];

export interface ReceiverParts extends ActParts {
  readonly authenticator: Authenticator;
  readonly guard: Pick<Guard, 'arrive'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One route of the receiver. `name`: how a dead letter names it. */
interface Way {
  readonly name: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly isBodyRead: boolean;
  readonly act: Act;
}

export function routeReceiver(app: Express, parts: ReceiverParts): void {
  for (const way of waysIn(parts, parts.clock)) {
    app.route(way.path)[way.method](answering(parts, way)).all(refusingMethod(parts, way));
  }
}

/** Carries out a producer's call that was refused after its proof: judged as at the time it came. */
export function producerRedriver(parts: ActParts): Redriver {
  return async ({ about, body }, atMs) => {
    const way = waysIn(parts, { nowMs: () => atMs }).find(({ name }) => name === about['way']);
    const producer = parts.directory().producers.get(about['producer'] ?? '');
    if (way === undefined || producer === undefined) return { isDone: false, outcome: 'unknown_producer' };
    const reply = await way.act({ producer, caller: about['caller'] ?? '', token: about['token'] ?? '', body });
    return { isDone: reply.status === 200, outcome: reply.status === 200 ? 'done' : codeOf(reply) };
  };
}

/** `judging`: the time by which a payload's own is judged. */
function waysIn(parts: ActParts, judging: Pick<Clock, 'nowMs'>): readonly Way[] {
  const readPayload = payloadReader(judging);
  return ENDPOINTS.flatMap((endpoint): readonly Way[] => {
    const { path } = endpoint;
    return [
      { name: `open ${path}`, method: 'post', path, isBodyRead: true, act: opening(parts, endpoint, readPayload) },
      { name: `tell ${path}`, method: 'get', path: `${path}/:token`, isBodyRead: false, act: telling(parts) },
      {
        name: `withdraw ${path}`,
        method: 'post',
        path: `${path}/:token/withdraw`,
        isBodyRead: false,
        act: withdrawing(parts),
      },
    ];
  });
}

/** How far a call has come when its time is up. */
interface Progress {
  isRefused: boolean;
  kept: KeptCall | null;
}

function answering(parts: ReceiverParts, way: Way): RequestHandler {
  return async (request, response) => {
    const arrival = arriving(parts, request, response);
    const progress: Progress = { isRefused: false, kept: null };
    const work = carriedOut(parts, { request, way, arrival, progress }).catch((error: unknown) =>
      failed(parts.log, error),
    );
    // after the bound the work goes on: it is idempotent, and the caller is told to send the call again
    const bound = { ms: ANSWER_WITHIN_MS, clock: parts.clock, late: answers.UNAVAILABLE };
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

async function carriedOut(parts: ReceiverParts, underway: Underway): Promise<Reply> {
  const { request, way, arrival, progress } = underway;
  const refused = (why: Refused): Reply => {
    progress.isRefused = true;
    return replyTo(why);
  };
  const turned = arrival.turnedAway() ?? shapeless(arrival, request);
  if (turned !== null) return refused(turned);
  const proof = await proven(parts, request);
  if (proof.kind === 'refused') return refused(arrival.refuse(proof));
  const read = way.isBodyRead ? await arrival.read() : NO_BODY;
  if (read.kind === 'refused') return refused(read);
  const call: ProvenCall = { ...proof, token: tokenOf(request), body: read.bytes };
  progress.kept = way.method === 'post' ? keptCall(way, call) : null;
  return way.act(call);
}

const NO_BODY = { kind: 'read', bytes: Buffer.alloc(0) } as const;

async function proven(
  parts: ReceiverParts,
  request: Request,
): Promise<({ readonly kind: 'proven' } & Pick<ProvenCall, 'producer' | 'caller'>) | Refused> {
  const caller = await parts.authenticator.authenticate(request);
  if (caller.kind === 'unavailable') return refusedAs(503, 'caller_undecided');
  const producer = caller.kind === 'caller' ? parts.directory().producers.get(caller.producer) : undefined;
  if (caller.kind === 'unknown' || producer === undefined) return refusedAs(401, 'unknown_producer');
  return { kind: 'proven', producer, caller: caller.identity };
}

function arriving({ guard }: ReceiverParts, request: Request, response: Response): Arrival {
  return guard.arrive({ source: PRODUCER_SOURCE, quoted: QUOTED }, request, response);
}

function refusingMethod(parts: ReceiverParts, way: Way): RequestHandler {
  return (request, response) => {
    arriving(parts, request, response).refuse(refusedAs(405, 'method_not_allowed'));
    response.set('allow', way.method.toUpperCase());
    send(response, answers.WRONG_METHOD);
  };
}

/** Two `Authorization` headers are refused: different readers could take different ones. */
function shapeless(arrival: Arrival, { rawHeaders }: Request): Refused | null {
  const isDoubled = singleHeader(rawHeaders, 'authorization') === null;
  return isDoubled ? arrival.refuse(refusedAs(401, 'header_malformed')) : null;
}

/** The token is the call's replay key: the same request is opened, or withdrawn, once. */
function keptCall(way: Way, { producer, caller, token, body }: ProvenCall): KeptCall {
  return { id: token, headers: {}, body, about: { way: way.name, producer: producer.name, caller, token } };
}

/** Also logs work that fails after its caller was answered. */
function failed(log: Log, error: unknown): Reply {
  if (isLedgerUnavailable(error)) return answers.UNAVAILABLE;
  log.error('the receiver failed', { error: whence(error) });
  return answers.BROKEN;
}

function replyTo({ reason, retryAfterSeconds }: Refused): Reply {
  return reason === 'rate_limited'
    ? answers.rateLimited(retryAfterSeconds ?? 1)
    : (REPLIES[reason] ?? answers.UNKNOWN_PRODUCER);
}

const REPLIES: Readonly<Record<string, Reply>> = {
  encoded: answers.ENCODED,
  too_large: answers.TOO_LARGE,
  malformed: answers.BODY_CUT,
  caller_undecided: answers.CALLER_UNDECIDED,
};

function tokenOf(request: Request): string {
  const token = request.params['token'];
  return typeof token === 'string' ? token : '';
}

function codeOf({ body }: Reply): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'refused';
}
