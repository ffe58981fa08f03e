/** Who a request comes from, by its session cookie. */
import type { Request } from 'express';
import type { Identity, Session } from '../identity/identity.js';

export function signedIn(identity: Pick<Identity, 'cookie' | 'session'>, request: Request): Promise<Session | null> {
  return identity.session(identity.cookie.read(request.headers.cookie));
}
