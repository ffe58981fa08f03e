/**
 * Stands in front of every receiver of the public plane that is called by a platform: bounds and reads the body, has the
 * channel prove who calls, and hands the proven call on. What is not proven goes no further.
 */
import express, { type RequestHandler, type Response, type Router } from 'express';
import { leaveSignedCall } from '../../base/signed-call.js';
import type { Clock } from '../../base/clock.js';
import type { CalledInbound, InboundDoors, SignedCall } from '../../contract/inbound.js';
import { readBody } from '../read-body.js';

const MAX_BODY_BYTES = 262_144;

export interface GuardSeams {
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What is mounted at `inbound.path`. */
export function guarded(inbound: CalledInbound, doors: InboundDoors, seams: GuardSeams): Router {
  return express.Router().post('/', prove(inbound, seams), inbound.router(doors));
}

function prove(inbound: CalledInbound, { clock }: GuardSeams): RequestHandler {
  return async (request, response, next) => {
    if (request.headers['content-encoding'] !== undefined) return refuse(response, 415, 'encoded');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body.kind === 'too_large') return refuse(response, 413, 'too_large');
    if (body.kind === 'cut') return refuse(response, 400, 'malformed');
    const raw = { headers: request.headers, rawHeaders: request.rawHeaders, body: body.bytes };
    const proof = inbound.authenticate(raw, clock.nowMs());
    if (proof.kind === 'refused') return refuse(response, proof.status, proof.reason);
    const call: SignedCall = { ...raw, callId: proof.callId };
    leaveSignedCall(request, call);
    next();
  };
}

function refuse(response: Response, status: number, code: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .json({ error: { code, message: code.replaceAll('_', ' ') } });
}
