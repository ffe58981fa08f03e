/**
 * How taps and lines come in from a Talk server. Nothing is remembered here: the tap's id is the call's `webhook-id`, and
 * the desk gives the same tap the same answer again.
 */
import express, { type RequestHandler, type Response, type Router } from 'express';
import type { Clock } from '../../src/base/clock.js';
import { inTime } from '../../src/base/in-time.js';
import type { Log } from '../../src/base/log.js';
import { never } from '../../src/base/never.js';
import { singleHeader } from '../../src/base/raw-headers.js';
import type { Secret } from '../../src/base/secret.js';
import { leaveFailure, takenSignedCall } from '../../src/base/signed-call.js';
import { verify } from '../../src/base/standard-webhooks.js';
import { whence } from '../../src/base/whence.js';
import type { Tap } from '../../src/contract/desk.js';
import type { CalledInbound, InboundDoors, Proof, RawCall, SignedCall } from '../../src/contract/inbound.js';
import { readCallback, type TalkCallback } from './callback.js';
import { commandInWords, NO_ANSWER_IN_TIME, isUnavailable, tapInWords, type PrivateText } from './words.js';

const PATH = '/talk/events';
/** The contract gives 2 s; the rest is for the way back. */
const ANSWER_WITHIN_MS = 1_800;
const SIGNED_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

interface Seams {
  readonly clock: Clock;
  readonly log: Log;
}

export function talkInbound(keys: readonly Secret[], seams: Seams): CalledInbound {
  return {
    kind: 'called',
    path: PATH,
    quoted: { whole: ['webhook-id', 'webhook-timestamp'], cut: ['webhook-signature'] },
    authenticate: (call, nowMs) => authenticate(call, keys, nowMs),
    router: (doors): Router => express.Router().post('/', receive(doors, seams)),
    async redrive(call, doors) {
      const callback = readCallback(call.body);
      if (callback === null) return false;
      return (await carryOut(callback, call.callId, doors)).isOk;
    },
  };
}

function receive(doors: InboundDoors, seams: Seams): RequestHandler {
  return async (request, response) => {
    const { body, callId } = takenSignedCall(request) as SignedCall;
    const callback = readCallback(body);
    if (callback === null) {
      refuse(response, 400, 'malformed');
      return;
    }
    const said = carryOut(callback, callId, doors).catch(failed(seams.log));
    const bound = { ms: ANSWER_WITHIN_MS, clock: seams.clock, late: NO_ANSWER_IN_TIME };
    const answer = await inTime(said, bound);
    if (isUnavailable(answer)) leaveFailure(request, 'unavailable');
    response.set('cache-control', 'no-store').json(answer);
  };
}

/** Proves that the Talk server sent these very bytes, now. */
function authenticate({ headers, rawHeaders, body }: RawCall, keys: readonly Secret[], nowMs: number): Proof {
  if (SIGNED_HEADERS.some((name) => singleHeader(rawHeaders, name) === null)) return refused('header_malformed');
  const found = verify(keys, { headers, body, nowMs });
  return found.kind === 'refused' ? refused(found.reason) : { kind: 'signed', callId: found.id };
}

function refused(reason: Extract<Proof, { kind: 'refused' }>['reason']): Proof {
  return { kind: 'refused', status: reason === 'outside_window' ? 408 : 401, reason };
}

async function carryOut(callback: TalkCallback, tapId: string, doors: InboundDoors): Promise<PrivateText> {
  const { workspace, user } = callback;
  const acting = { actor: { kind: 'chat', channel: 'talk', workspace, subject: user }, surface: 'talk' } as const;
  switch (callback.kind) {
    case 'approve':
    case 'deny':
      return tapInWords(await doors.desk.decide({ id: tapId, ...decisionOf(callback), ...acting }));
    case 'revoke':
      return commandInWords(await doors.commands.run({ line: `revoke ${callback.request}`, tapId, ...acting }));
    case 'text': {
      const line = /^\/gate(?:\s+(.*))?$/s.exec(callback.text.trim());
      if (line === null) return { isOk: false, text: 'I understand lines that begin with /gate. Try: /gate help' };
      return commandInWords(await doors.commands.run({ line: (line[1] ?? 'help').trim(), tapId, ...acting }));
    }
    default:
      return never(callback);
  }
}

function decisionOf(
  callback: Extract<TalkCallback, { kind: 'approve' | 'deny' }>,
): Pick<Tap, 'verdict' | 'ref' | 'ttlSeconds' | 'denial'> {
  const ref = { by: 'token', token: callback.token } as const;
  if (callback.kind === 'deny')
    return { verdict: 'deny', ref, ...(callback.denial === null ? {} : { denial: callback.denial }) };
  const { ttlSeconds } = callback;
  return { verdict: 'approve', ref, ...(ttlSeconds === null ? {} : { ttlSeconds }) };
}

/** The doors answer with values; one that throws has a bug, and the person still gets an answer. */
function failed(log: Log): (error: unknown) => PrivateText {
  return (error) => {
    log.error('a talk callback failed', { error: whence(error) });
    return NO_ANSWER_IN_TIME;
  };
}

function refuse(response: Response, status: number, code: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .json({ error: { code, message: code.replaceAll('_', ' ') } });
}
