/**
 * How taps and lines come in from a Talk server. Nothing is remembered here: the tap's id is the call's `webhook-id`, and
 * the desk gives the same tap the same answer again.
 */
import express, { type RequestHandler, type Router } from 'express';
import type { Clock } from '../../src/base/time/clock.js';
import { inTime } from '../../src/base/time/in-time.js';
import type { Log } from '../../src/base/process/log.js';
import { never } from '../../src/base/process/never.js';
import { singleHeader } from '../../src/base/net/raw-headers.js';
import type { Secret } from '../../src/base/crypto/secret.js';
import { leaveFailure, takenSignedCall } from '../../src/base/net/signed-call.js';
import { verify } from '../../src/base/crypto/standard-webhooks.js';
import { safeStack } from '../../src/base/process/safe-stack.js';
import { refuseCall } from '../../src/base/net/problem.js';
import type { CalledInbound, InboundHandlers, Proof, RawCall, SignedCall } from '../../src/contract/inbound.js';
import { refusedProof } from '../kit/refused-proof.js';
import { readCallback, type TalkCallback } from './callback.js';
import { commandInWords, NO_ANSWER_IN_TIME, isUnavailable, tapInWords, type PrivateText } from './replies.js';

const PATH = '/talk/events';
/** The contract gives 2 s; the rest is for the way back. */
const ANSWER_WITHIN_MS = 1_800;
const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
}

export function talkInbound(keys: readonly Secret[], deps: Deps): CalledInbound {
  return {
    kind: 'called',
    path: PATH,
    quoted: { whole: ['webhook-id', 'webhook-timestamp'], cut: ['webhook-signature'] },
    authenticate: (call, nowMs) => authenticate(call, keys, nowMs),
    router: (handlers): Router => express.Router().post('/', receive(handlers, deps)),
    async redrive(call, handlers) {
      const callback = readCallback(call.body);
      if (callback === null) return false;
      return (await carryOut(callback, call.callId, handlers)).isOk;
    },
  };
}

function receive(handlers: InboundHandlers, deps: Deps): RequestHandler {
  return async (request, response) => {
    const { body, callId } = takenSignedCall(request) as SignedCall;
    const callback = readCallback(body);
    if (callback === null) {
      refuseCall(response, 400, 'malformed');
      return;
    }
    const said = carryOut(callback, callId, handlers).catch(failed(deps.log));
    const bound = { ms: ANSWER_WITHIN_MS, clock: deps.clock, late: NO_ANSWER_IN_TIME };
    const answer = await inTime(said, bound);
    if (isUnavailable(answer)) leaveFailure(request, 'unavailable');
    response.set('cache-control', 'no-store').json(answer);
  };
}

/** Proves that the Talk server sent these very bytes, now. */
function authenticate({ headers, rawHeaders, body }: RawCall, keys: readonly Secret[], nowMs: number): Proof {
  if (SIGNED_HEADERS.some((name) => singleHeader(rawHeaders, name) === null)) return refusedProof('header_malformed');
  const found = verify(keys, { headers, body, nowMs });
  return found.kind === 'refused' ? refusedProof(found.reason) : { kind: 'signed', callId: found.id };
}

async function carryOut(callback: TalkCallback, tapId: string, handlers: InboundHandlers): Promise<PrivateText> {
  const { workspace, user: subject, isWithASecond } = callback;
  const factors = isWithASecond === undefined ? {} : { isWithASecond };
  const actor = { kind: 'chat', channel: 'talk', workspace, subject, ...factors } as const;
  const acting = { actor, surface: 'talk', tapId };
  switch (callback.kind) {
    case 'tap':
      return tapInWords(await handlers.desk.decide({ ...callback.decision, ...acting }));
    case 'command':
      return commandInWords(await handlers.commands.run({ ...callback.command, ...acting }));
    case 'chatter':
      return { isOk: false, text: 'I understand lines that begin with /gate. Try: /gate help' };
    default:
      return never(callback);
  }
}

/** Handlers answer with values; one that throws has a bug, and the person still gets an answer. */
function failed(log: Log): (error: unknown) => PrivateText {
  return (error) => {
    log.error('a talk callback failed', { error: safeStack(error) });
    return NO_ANSWER_IN_TIME;
  };
}
