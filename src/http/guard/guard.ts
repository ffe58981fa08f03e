/**
 * Stands in front of every receiver of the public plane: bounds and reads the body, has the channel prove who calls, and
 * hands the proven call on. What is not proven goes no further. Order of checks: method, encoding and size, failures of
 * this address, header shape, signature over the raw bytes, window; then the channel's own router parses.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { canonicalAddress } from '../../base/address.js';
import { addressWords } from '../../base/address-words.js';
import type { Chance } from '../../base/chance.js';
import { clientAddresses } from '../../base/client-address.js';
import type { Clock } from '../../base/clock.js';
import { singleHeader } from '../../base/raw-headers.js';
import type { Sealer } from '../../base/sealer.js';
import { leaveSignedCall, takenFailure } from '../../base/signed-call.js';
import type { CalledInbound, InboundDoors, RawCall, SignedCall } from '../../contract/inbound.js';
import { arrive, failureOfStatus, refusedAs, type Arrival, type Refused } from './arrival.js';
import { deadLetterBox, type DeadLetterBoxParts } from './dead-letter-box.js';
import { failureLimit } from './failure-limit.js';
import { sealCall } from './kept-call.js';
import { keptHeaders, type Quoted } from './quoted-headers.js';
import type { Tally } from './sampling.js';

export interface GuardParts extends DeadLetterBoxParts {
  readonly sealer: Pick<Sealer, 'seal'>;
  /** CIDR networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** How often one address may fail at one receiver before it is answered 429. */
  readonly failuresPerMinute: number;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** A channel that is called; `source` is its name in dead letters. */
export interface Receiver {
  readonly source: string;
  readonly inbound: CalledInbound;
  readonly doors: InboundDoors;
}

export interface Guard {
  /** What is mounted at `inbound.path`. */
  before(receiver: Receiver): Router;
  /** For a receiver whose callers prove themselves otherwise than by a signature over the body. */
  arrive(at: { readonly source: string; readonly quoted: Quoted }, request: Request, response: Response): Arrival;
  /** Refused calls since the start, by receiver and reason. */
  tallies(): readonly Tally[];
  /** Dead letters that could not be written since the start. */
  lost(): number;
  stop(): Promise<void>;
}

const UNKNOWN_ADDRESS = 'unknown';

export function createGuard(parts: GuardParts): Guard {
  const { clock, chance, sealer } = parts;
  const limit = failureLimit(parts);
  const box = deadLetterBox(parts);
  const clients = clientAddresses(parts.trustedProxies);
  const words = addressWords();
  const addressOf = (request: Request): string => {
    const written = clients.of(request.socket.remoteAddress, request.rawHeaders, words);
    return (written === null ? null : canonicalAddress(written)) ?? UNKNOWN_ADDRESS;
  };
  const guard: Guard = {
    before: (receiver) => guarded(receiver, guard, clock),
    arrive: ({ source, quoted }, request, response) =>
      arrive(request, response, {
        source,
        quoted,
        callId: chance.id(),
        address: addressOf(request),
        limit,
        box,
        seal: (callId, call) => sealCall(sealer, callId, call),
      }),
    tallies: () => box.tallies(),
    lost: () => box.lost(),
    stop: () => box.stop(),
  };
  return guard;
}

function guarded(receiver: Receiver, guard: Guard, clock: Pick<Clock, 'nowMs'>): Router {
  const { inbound, doors } = receiver;
  const router = express.Router();
  router.all('/', prove(receiver, guard, clock));
  router.post('/', inbound.router(doors));
  return router;
}

function prove({ source, inbound }: Receiver, guard: Guard, clock: Pick<Clock, 'nowMs'>): RequestHandler {
  return async (request, response, next) => {
    const arrival = guard.arrive({ source, quoted: inbound.quoted }, request, response);
    if (request.method !== 'POST') return answer(response, arrival.refuse(refusedAs(405, 'method_not_allowed')));
    const turned = arrival.turnedAway() ?? shapeless(arrival, request, inbound.quoted);
    if (turned !== null) return answer(response, turned);
    const read = await arrival.read();
    if (read.kind === 'refused') return answer(response, read);
    const raw: RawCall = { headers: request.headers, rawHeaders: request.rawHeaders, body: read.bytes };
    const proof = inbound.authenticate(raw, clock.nowMs());
    if (proof.kind === 'refused') return answer(response, arrival.refuse(proof, read.bytes));
    const call: SignedCall = { ...raw, callId: proof.callId };
    leaveSignedCall(request, call);
    response.once('close', () => leaveIfFailed(arrival, { request, response, call }, inbound.quoted));
    next();
  };
}

/** A header that stands twice is read differently by different readers: nobody honest sends one. */
function shapeless(arrival: Arrival, { rawHeaders }: Request, { whole, cut }: Quoted): Refused | null {
  const isDoubled = [...whole, ...cut].some((name) => singleHeader(rawHeaders, name) === null);
  return isDoubled ? arrival.refuse(refusedAs(401, 'header_malformed')) : null;
}

/** After the answer: the router, the desk behind it or the caller's patience failed. */
function leaveIfFailed(
  arrival: Arrival,
  at: { readonly request: Request; readonly response: Response; readonly call: SignedCall },
  quoted: Quoted,
): void {
  const { request, response, call } = at;
  const reason =
    takenFailure(request) ?? (response.writableFinished ? failureOfStatus(response.statusCode) : 'unanswered');
  if (reason === null) return;
  const headers = keptHeaders(call.rawHeaders, quoted);
  const kept = { id: call.callId, headers, body: call.body, about: {} };
  arrival.leave({ status: response.statusCode, reason, kept });
}

function answer(response: Response, { status, reason, retryAfterSeconds }: Refused): void {
  if (status === 405) response.set('allow', 'POST');
  if (retryAfterSeconds !== undefined) response.set('retry-after', String(retryAfterSeconds));
  response
    .status(status)
    .set('cache-control', 'no-store')
    .json({ error: { code: reason, message: reason.replaceAll('_', ' ') } });
}
