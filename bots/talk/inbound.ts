/**
 * How taps and lines come in from a Talk server: raw bytes, signature, window, then meaning. Nothing is remembered
 * here: the tap's id is the call's `webhook-id`, and the desk gives the same tap the same answer again.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Clock } from '../../src/base/clock.js';
import type { Log } from '../../src/base/log.js';
import type { Secret } from '../../src/base/secret.js';
import { verify, type Verification } from '../../src/base/standard-webhooks.js';
import type { CalledInbound, InboundDoors } from '../../src/contract/inbound.js';
import { readCallback, type TalkCallback } from './callback.js';
import { commandInWords, NO_ANSWER_IN_TIME, tapInWords, type PrivateText } from './words.js';

const PATH = '/talk/events';
const MAX_BODY_BYTES = 262_144;
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
    router(doors): Router {
      // The signature is over the bytes that came, so nothing is inflated, and every content type is read.
      const raw = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });
      return express.Router().post('/', readBody(raw), receive(doors, keys, seams));
    },
  };
}

function receive(doors: InboundDoors, keys: readonly Secret[], seams: Seams): RequestHandler {
  return async (request, response) => {
    const proof = authenticate(request, keys, seams.clock);
    if (proof.kind === 'refused') {
      if (proof.reason === 'outside_window') refuse(response, 408, 'outside_window');
      else refuse(response, 401, 'unauthorized');
      return;
    }
    const callback = readCallback(bodyOf(request));
    if (callback === null) {
      refuse(response, 400, 'malformed');
      return;
    }
    const answer = await inTime(carryOut(callback, proof.id, doors).catch(failed(seams.log)), seams.clock);
    response.set('cache-control', 'no-store').json(answer);
  };
}

/** Proves that the Talk server sent these very bytes, now. */
function authenticate(request: Request, keys: readonly Secret[], clock: Clock): Verification {
  if (SIGNED_HEADERS.some((name) => isGivenTwice(request, name)))
    return { kind: 'refused', reason: 'header_malformed' };
  return verify(keys, { headers: request.headers, body: bodyOf(request), nowMs: clock.nowMs() });
}

async function carryOut(callback: TalkCallback, tapId: string, doors: InboundDoors): Promise<PrivateText> {
  const { workspace, user } = callback;
  const actor = { kind: 'chat', channel: 'talk', workspace, subject: user } as const;
  if (callback.kind === 'action') {
    const ref = { by: 'token', token: callback.token } as const;
    return tapInWords(await doors.desk.decide({ id: tapId, verdict: callback.verdict, ref, actor, surface: 'talk' }));
  }
  const line = /^\/gate(?:\s+(.*))?$/s.exec(callback.text.trim());
  if (line === null) return { isOk: false, text: 'I understand lines that begin with /gate. Try: /gate help' };
  return commandInWords(await doors.commands.run({ line: (line[1] ?? 'help').trim(), actor, surface: 'talk', tapId }));
}

/** The doors answer with values; one that throws has a bug, and the person still gets an answer. */
function failed(log: Log): (error: unknown) => PrivateText {
  return (error) => {
    log.error('a talk callback failed', { error: error instanceof Error ? error.stack : 'not an Error' });
    return NO_ANSWER_IN_TIME;
  };
}

async function inTime(answer: Promise<PrivateText>, clock: Clock): Promise<PrivateText> {
  let cancel = (): void => undefined;
  const tooLate = new Promise<PrivateText>((resolve) => {
    cancel = clock.after(ANSWER_WITHIN_MS, () => {
      resolve(NO_ANSWER_IN_TIME);
    });
  });
  return Promise.race([answer, tooLate]).finally(() => {
    cancel();
  });
}

/** `node:http` joins a doubled header into one text; the raw list still tells. */
function isGivenTwice(request: Request, name: string): boolean {
  return request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length > 1;
}

function bodyOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Reads the body, or says why not: too large (counted, whatever its length claims), encoded, cut off. */
function readBody(raw: RequestHandler): RequestHandler {
  return (request, response, next) => {
    void raw(request, response, (error?: unknown) => {
      const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
      if (status === 413) refuse(response, 413, 'too_large');
      else if (status === 415) refuse(response, 415, 'encoded');
      else if (status === 400) refuse(response, 400, 'malformed');
      else next(error);
    });
  };
}

function refuse(response: Response, status: number, code: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .json({ error: { code, message: code.replaceAll('_', ' ') } });
}
