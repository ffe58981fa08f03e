/** Where the guard of the public plane leaves a proven call for the router behind it, on the request itself. */
import type { IncomingMessage } from 'node:http';

const CALL = Symbol('signed call');

/** `rawBody` is what Bolt's receivers look for, so that they read no stream that has been read. */
type Carrying = IncomingMessage & { [CALL]?: unknown; rawBody?: Buffer };

export function leaveSignedCall(request: IncomingMessage, call: { readonly body: Buffer }): void {
  const carrying: Carrying = request;
  carrying[CALL] = call;
  carrying.rawBody = call.body;
}

/** What was left there. Throws where no guard stood in front: an unproven call must never be taken for a proven one. */
export function takenSignedCall(request: IncomingMessage): unknown {
  const call = (request as Carrying)[CALL];
  if (call === undefined) throw new Error('this router is mounted without the guard of the public plane');
  return call;
}
