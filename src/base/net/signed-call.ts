/** What the guard of the public plane and the router behind it pass to each other, stored on the request object. */
import type { IncomingMessage } from 'node:http';

const CALL = Symbol('signed call');
const FAILURE = Symbol('failure');

/** `rawBody` is what Bolt's receivers look for, so that they read no stream that has been read. */
type Carrying = IncomingMessage & { [CALL]?: unknown; [FAILURE]?: CallFailure; rawBody?: Buffer };

/** Why a proven call was not carried out. `failed`: a bug of ours; `unavailable`: nothing changed, or not in time. */
export type CallFailure = 'failed' | 'unavailable';

/** A call whose signature was verified, for the router. */
export function leaveSignedCall(request: IncomingMessage, call: { readonly body: Buffer }): void {
  const carrying: Carrying = request;
  carrying[CALL] = call;
  carrying.rawBody = call.body;
}

/** The verified call. Throws where no guard ran before: an unverified call must never be taken for a verified one. */
export function takenSignedCall(request: IncomingMessage): unknown {
  const call = (request as Carrying)[CALL];
  if (call === undefined) throw new Error('this router is mounted without the guard of the public plane');
  return call;
}

/** A router whose platform wants a 200 for everything says here that the call was not carried out: it becomes a dead letter. */
export function leaveFailure(request: IncomingMessage, failure: CallFailure): void {
  const carrying: Carrying = request;
  carrying[FAILURE] = failure;
}

export function takenFailure(request: IncomingMessage): CallFailure | null {
  return (request as Carrying)[FAILURE] ?? null;
}
