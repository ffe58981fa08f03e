/**
 * Who may call the admin plane: an operator by the bearer; an operator by a session, who sees everything; an approver by a session, who
 * sees what is theirs; nobody else who is signed in. By a session nobody changes anything here but by the console's own forms
 * (`console/own-form.ts`, and `account-pages.ts`, where an operator has to have proven themselves just now). Before that, for every call: a
 * known Host, so that no name rebound to loopback gets in, and no foreign Origin. Sessions are of this origin (`sign-in.ts`): the auth host's own cookie opens nothing.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { isWithASecond } from '../../../approval/signed-in-by.js';
import type { Actor } from '../../../approval/request.js';
import { hostInUrl } from '../../../base/net/reachable-from.js';
import { plainAddress } from '../../../base/net/address-text.js';
import { isSameSecret } from '../../../base/crypto/digest.js';
import type { Secret } from '../../../base/crypto/secret.js';
import type { Identity } from '../../../identity/identity.js';
import type { SignedInThere } from '../../../identity/handoff/signed-in-there.js';
import { bearerOf } from '../../shared/bearer.js';
import { actorOf as signedInActor } from '../../shared/signed-in.js';
import { atAdmin, type AtAdminDeps } from './sign-in.js';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export type Caller =
  /** `session` null: by the bearer. */
  | { readonly kind: 'operator'; readonly session: SignedInThere | null }
  | { readonly kind: 'approver'; readonly session: SignedInThere };

export type Refusal =
  'unknown_host' | 'foreign_origin' | 'not_signed_in' | 'no_rights' | 'operators_only' | 'bearer_only';

/** Answers a refusal, in the form the caller reads. */
export type Refuse = (request: Request, response: Response, why: Refusal) => void | Promise<void>;

const people = new WeakMap<Request, SignedInThere>();

/** Who is signed in, whether they may do anything here or not. Null: nobody, or the guard did not look. */
export function signedInHere(request: Request): SignedInThere | null {
  return people.get(request) ?? null;
}

const callers = new WeakMap<Request, Caller>();

/** Who called, once `requireCaller` let the call through. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('the route stands before the guard');
  return caller;
}

/** Null: the call did not come so far. */
export function callerIfAny(request: Request): Caller | null {
  return callers.get(request) ?? null;
}

/** The caller as the desk knows it. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'approver') return signedInActor(caller.session);
  const { session } = caller;
  if (session === null) return { kind: 'operator', name: 'admin' };
  return { kind: 'operator', name: session.account.id, isWithASecond: isWithASecond(session.signedInBy) };
}

export function isSafe(request: Request): boolean {
  return SAFE_METHODS.includes(request.method);
}

/**
 * `port`: as configured; the one really listened on counts too, so that a free port can be asked for. On every interface the
 * address that was called is known as well: only a name can be rebound to it. `origin`: where browsers reach it, perhaps by a proxy.
 */
export function requireKnownHost(
  at: { readonly host: string; readonly port: number; readonly origin: string },
  refuse: Refuse,
): RequestHandler {
  const browsers = new URL(at.origin).host;
  return (request, response, next) => {
    const host = request.headers.host ?? '';
    const { localPort = at.port, localAddress = at.host } = request.socket;
    const names = [...LOOPBACK_NAMES, hostInUrl(at.host), hostInUrl(plainAddress(localAddress))];
    const isByPort = names.some((name) => [at.port, localPort].some((port) => host === `${name}:${String(port)}`));
    const isKnown = isByPort || host === browsers;
    if (!isKnown) return refuse(request, response, 'unknown_host');
    const own = host === browsers ? at.origin : `http://${host}`;
    const { origin } = request.headers;
    // browsers name the page that calls: a page of another origin is refused, whatever it carries
    if (origin !== undefined && origin !== own) return refuse(request, response, 'foreign_origin');
    const fetchSite = request.headers['sec-fetch-site'];
    const isOwn = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
    if (!isSafe(request) && !isOwn) return refuse(request, response, 'foreign_origin');
    next();
  };
}

export interface CallerDeps extends AtAdminDeps {
  readonly identity: Pick<Identity, 'handoff'>;
  readonly adminToken: Secret;
  readonly refuse: Refuse;
}

export function requireCaller({ identity, adminToken, refuse, ...at }: CallerDeps): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const bearer = bearerOf(request.headers.authorization);
    if (bearer !== null && isSameSecret(bearer, adminToken.reveal())) {
      callers.set(request, { kind: 'operator', session: null });
      return next();
    }
    const session = bearer === null ? await identity.handoff.find(atAdmin(at, request)) : null;
    if (session?.lacks !== null) return refuse(request, response, 'not_signed_in');
    people.set(request, session);
    // browsers send cookies by themselves, so a call that changes something must also name its origin
    if (!isSafe(request) && request.headers.origin === undefined) return refuse(request, response, 'foreign_origin');
    const { isOperator, approver } = session.account;
    if (!isOperator && approver === null) return refuse(request, response, 'no_rights');
    callers.set(request, { kind: isOperator ? 'operator' : 'approver', session });
    next();
  };
}

export function requireOperator(refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    const { kind, session } = callerOf(request);
    if (kind !== 'operator') return refuse(request, response, 'operators_only');
    // its name in the audit trail is what the call says: whoever has the bearer is trusted with that, a browser is not
    if (session !== null && !isSafe(request)) return refuse(request, response, 'bearer_only');
    next();
  };
}
