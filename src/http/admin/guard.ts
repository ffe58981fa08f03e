/**
 * Who may call the admin plane: an operator by the bearer, or an approver by a session, who sees what is theirs and
 * changes nothing here. Before that, for every call: a known Host, so that no name rebound to loopback gets in, and
 * no foreign Origin.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Actor } from '../../approval/request.js';
import { isSameSecret } from '../../base/digest.js';
import type { Secret } from '../../base/secret.js';
import type { Identity, Session } from '../../identity/identity.js';
import { bearerOf } from '../bearer.js';
import { signedIn } from '../signed-in.js';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export type Caller =
  { readonly kind: 'operator'; readonly session: null } | { readonly kind: 'approver'; readonly session: Session };

export type Refusal = 'unknown_host' | 'foreign_origin' | 'not_signed_in' | 'operators_only';

/** Answers a refusal, in the form the caller reads. */
export type Refuse = (request: Request, response: Response, why: Refusal) => void;

const callers = new WeakMap<Request, Caller>();

/** Who called, once `requireCaller` let the call through. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('the route stands before the guard');
  return caller;
}

/** The caller as the desk knows it. */
export function actorOf(caller: Caller): Actor {
  return caller.kind === 'operator'
    ? { kind: 'operator', name: 'admin' }
    : { kind: 'approver', approver: caller.session.approver };
}

export function isSafe(request: Request): boolean {
  return SAFE_METHODS.includes(request.method);
}

/** `port`: as configured; the one really listened on counts too, so that a free port can be asked for. */
export function requireKnownHost(port: number, refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    const host = request.headers.host ?? '';
    const ports = [port, request.socket.localPort ?? port];
    const isKnown = LOOPBACK_NAMES.some((name) => ports.some((known) => host === `${name}:${String(known)}`));
    if (!isKnown) return refuse(request, response, 'unknown_host');
    const { origin } = request.headers;
    // browsers name the page that calls: a page of another origin is refused, whatever it carries
    if (origin !== undefined && origin !== `http://${host}`) return refuse(request, response, 'foreign_origin');
    const fetchSite = request.headers['sec-fetch-site'];
    const isOwn = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
    if (!isSafe(request) && !isOwn) return refuse(request, response, 'foreign_origin');
    next();
  };
}

export interface CallerParts {
  readonly identity: Pick<Identity, 'cookie' | 'session'>;
  readonly adminToken: Secret;
  readonly refuse: Refuse;
}

export function requireCaller({ identity, adminToken, refuse }: CallerParts): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const bearer = bearerOf(request.headers.authorization);
    if (bearer !== null && isSameSecret(bearer, adminToken.reveal())) {
      callers.set(request, { kind: 'operator', session: null });
      return next();
    }
    const session = bearer === null ? await signedIn(identity, request) : null;
    if (session === null) return refuse(request, response, 'not_signed_in');
    // browsers send cookies by themselves, so a call that changes something must also name its origin
    if (!isSafe(request) && request.headers.origin === undefined) return refuse(request, response, 'foreign_origin');
    callers.set(request, { kind: 'approver', session });
    next();
  };
}

export function requireOperator(refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    if (callerOf(request).kind !== 'operator') return refuse(request, response, 'operators_only');
    next();
  };
}
