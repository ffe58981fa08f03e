/** Who a request comes from, by its session cookie. */
import type { Request } from 'express';
import type { ApproverId } from '../../approval/brand.js';
import type { Actor } from '../../approval/request.js';
import { isWithASecond } from '../../approval/signed-in-by.js';
import type { Session, Sessions } from '../../identity/sessions/sessions.js';

export function signedIn(sessions: Pick<Sessions, 'cookie' | 'find'>, request: Request): Promise<Session | null> {
  return sessions.find(sessions.cookie.read(request.headers.cookie));
}

/** By a first factor at least: what the session still lacks may keep it from signing anybody in. */
export function begunBy(sessions: Pick<Sessions, 'cookie' | 'begun'>, request: Request): Promise<Session | null> {
  return sessions.begun(sessions.cookie.read(request.headers.cookie));
}

/** The handle of no approver: the desk refuses whoever comes by it. */
const NO_APPROVER = '' as ApproverId;

/** Whoever is signed in, as the desk is told of them. Of which sites they are an approver, if of any, the desk says. */
export function actorOf({ account, signedInBy }: Pick<Session, 'account' | 'signedInBy'>): Actor {
  return {
    kind: 'approver',
    approver: account.approver ?? NO_APPROVER,
    isWithASecond: isWithASecond(signedInBy),
  };
}
