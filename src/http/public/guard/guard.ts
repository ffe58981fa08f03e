/**
 * Stands in front of every receiver of the public plane: bounds and reads the body, has the channel prove who calls, and
 * hands the proven call on. What is not proven goes no further. The order of checks stands in checks.ts; then the channel's own
 * router parses.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { canonicalAddress } from '../../../base/net/address.js';
import { addressWords } from '../../../base/net/address-words.js';
import type { Random } from '../../../base/crypto/random.js';
import { clientAddresses } from '../../../base/net/client-address.js';
import type { Clock } from '../../../base/time/clock.js';
import { isLoopbackHost } from '../../../base/net/reachable-from.js';
import { peerOf } from '../../../base/net/peer.js';
import { refuseCall } from '../../../base/net/problem.js';
import { throttledLog } from '../../../base/process/throttled-log.js';
import type { Encryption } from '../../../base/crypto/encryption.js';
import { leaveSignedCall, takenFailure } from '../../../base/net/signed-call.js';
import type { CalledInbound, InboundHandlers, Proof, SignedCall } from '../../../contract/inbound.js';
import { arrive, failureOfStatus, type Arrival, type Refused } from './arrival.js';
import { checked } from './checks.js';
import { deadLetterBox, type DeadLetterBoxDeps } from './dead-letter-box.js';
import { failureLimit } from './failure-limit.js';
import { sealCall } from './kept-call.js';
import { keptHeaders, type Quoted } from './quoted-headers.js';
import type { Tally } from './sampling.js';

export interface GuardDeps extends DeadLetterBoxDeps {
  readonly encryption: Pick<Encryption, 'seal'>;
  /** CIDR networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** CIDR networks in front of those. Absent: none. */
  readonly edgeNetworks?: readonly string[];
  /** How often one address may fail at one receiver before it is answered 429. */
  readonly failuresPerMinute: number;
  /** Where people find the plane. On this machine nothing need stand before it, and whoever calls is this machine. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** A channel that is called; `source` is its name in dead letters. */
interface Receiver {
  readonly source: string;
  readonly inbound: CalledInbound;
  readonly handlers: InboundHandlers;
}

/** Where a call comes in. `isKnown`: its caller has shown a secret of its own already. */
interface Arriving {
  readonly source: string;
  readonly quoted: Quoted;
  readonly isKnown?: boolean;
  /** 256 KiB where it is absent. */
  readonly maxBodyBytes?: number;
}

export interface Guard {
  /** What is mounted at `inbound.path`. */
  before(receiver: Receiver): Router;
  /** For a receiver whose callers prove themselves otherwise than by a signature over the body. */
  arrive(at: Arriving, request: Request, response: Response): Arrival;
  /** Whom a request comes from, as far as its proxies are trusted. `unknown` where that is no address. */
  addressOf(request: Request): string;
  /** The same as it is counted: an IPv6 address as its /64. */
  networkOf(request: Request): string;
  /** Refused calls since the start, by receiver and reason. */
  tallies(): readonly Tally[];
  /** Dead letters that could not be written since the start. */
  lost(): number;
  stop(): Promise<void>;
}

const UNKNOWN_ADDRESS = 'unknown';
/** Everybody behind it counts as one then, and one may use up what all of them may do. */
const SILENT_PROXY =
  'a proxy of TRUSTED_PROXIES before the public plane does not say who calls: have it set X-Forwarded-For, to the address that it sees';
const SILENT_PROXY_EVERY_MS = 600_000;

export function createGuard(deps: GuardDeps): Guard {
  const { clock, random, encryption } = deps;
  const limit = failureLimit(deps);
  const box = deadLetterBox(deps);
  const clients = clientAddresses(deps.trustedProxies, deps.edgeNetworks);
  const words = addressWords();
  const isOfThisMachine = isLoopbackHost(new URL(deps.publicUrl).hostname);
  const tellSilent = throttledLog({
    clock,
    everyMs: SILENT_PROXY_EVERY_MS,
    tell: (peer, calls) => deps.log.warn(SILENT_PROXY, { peer, calls }), // few: an operator names them
  });
  const addressOf = (request: Request): string => {
    const peer = peerOf(request.socket);
    const written = clients.of(peer, request.rawHeaders, words);
    const isSilent = peer !== undefined && clients.isTrusted(peer) && (written === null || written === peer);
    if (isSilent && !isOfThisMachine) tellSilent(peer);
    return written === null || canonicalAddress(written) === null ? UNKNOWN_ADDRESS : written;
  };
  const networkOf = (request: Request): string => canonicalAddress(addressOf(request)) ?? UNKNOWN_ADDRESS;
  const guard: Guard = {
    before: (receiver) => guarded(receiver, guard, clock),
    arrive: ({ source, quoted, isKnown, maxBodyBytes }, request, response) =>
      arrive(request, response, {
        source,
        quoted,
        callId: random.id(),
        address: networkOf(request),
        limit,
        isKnown,
        maxBodyBytes,
        box,
        seal: (callId, call) => sealCall(encryption, callId, call),
      }),
    addressOf,
    networkOf,
    tallies: () => box.tallies(),
    lost: () => box.lost(),
    stop: () => box.stop(),
  };
  return guard;
}

function guarded(receiver: Receiver, guard: Guard, clock: Pick<Clock, 'nowMs'>): Router {
  const { inbound, handlers } = receiver;
  const router = express.Router();
  router.use((request, _response, next) => next(isAt(inbound.path, request) ? undefined : 'router'));
  router.all('/', prove(receiver, guard, clock));
  router.post('/', inbound.router(handlers));
  return router;
}

/** To the letter: Express mounts at a path with slashes behind it as well, and a proxy's rules for the one are not for the other. */
function isAt(path: string, { originalUrl }: Request): boolean {
  return originalUrl.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] === path;
}

type Signed = Extract<Proof, { readonly kind: 'signed' }>;

function prove({ source, inbound }: Receiver, guard: Guard, clock: Pick<Clock, 'nowMs'>): RequestHandler {
  return async (request, response, next) => {
    const arrival = guard.arrive({ source, quoted: inbound.quoted }, request, response);
    const { headers, rawHeaders } = request;
    const come = await checked<Signed>(arrival, request, {
      method: 'POST',
      single: [...inbound.quoted.whole, ...inbound.quoted.cut],
      proof: { by: 'body', prove: (body) => inbound.authenticate({ headers, rawHeaders, body }, clock.nowMs()) },
    });
    if (come.kind === 'refused') return answer(response, come);
    const call: SignedCall = { headers, rawHeaders, body: come.bytes, callId: come.proven.callId };
    leaveSignedCall(request, call);
    response.once('close', () => leaveIfFailed(arrival, { request, response, call }, inbound.quoted));
    next();
  };
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
  refuseCall(response, status, reason);
}
