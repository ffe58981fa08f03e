/** What all ways of signing in share: where a session is asked for from, and how it reaches the browser. */
import type { Request, Response } from 'express';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import type { Clock } from '../../../base/time/clock.js';
import { browserInWords } from '../../../base/text/browser.js';
import type { SignInProof } from '../../../contract/identity-ledger.js';
import type { Identity } from '../../../identity/identity.js';
import type { RefusedSignIn } from '../../../identity/sessions/refused-sign-ins.js';
import { LINK_TTL_SECONDS } from '../../../identity/links/sign-in-links.js';
import type { SignedInWhere } from '../../../identity/sessions/sessions.js';
import type { PageSender } from '../../shared/pages/page.js';
import { localPath, type WayBack } from '../../shared/way-back.js';

import { AFTER_SIGN_IN, isProposed } from '../account/proposal.js';
import { FACTOR_PATH } from './factor-pages.js';
import { keptWay } from './last-way.js';

export interface SignInDeps {
  readonly identity: Identity;
  readonly publicUrl: string;
  readonly wayBack: WayBack;
  readonly sendPage: PageSender;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Whole, for people to read; `networkOf`: as it is counted, an IPv6 address as its /64. */
  readonly addressOf: (request: Request) => string;
  readonly networkOf: (request: Request) => string;
}

export function whereOf({ addressOf }: Pick<SignInDeps, 'addressOf'>, request: Request): SignedInWhere {
  return { address: addressOf(request), browser: browserInWords(request.headers['user-agent'] ?? '') };
}

/** Held by the browser that asked for a link to be mailed: only it signs in by that link. */
export function askerCookie(publicUrl: string): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-asked', maxAgeSeconds: LINK_TTL_SECONDS });
}

/**
 * Starts the session and leads on: to `next`, else to where they wanted to go before; at first to the second factor where that is
 * wanted. False: the proof is not good any more, and
 * nothing was answered.
 */
export async function startSession(
  deps: SignInDeps,
  { request, response }: { readonly request: Request; readonly response: Response },
  { proof, next }: { readonly proof: SignInProof; readonly next: string | null },
): Promise<boolean> {
  const { identity, wayBack, publicUrl } = deps;
  const formerCookie = identity.sessions.cookie.read(request.headers.cookie);
  const signed = await identity.sessions.start(proof, { ...whereOf(deps, request), formerCookie });
  if (signed === null) {
    noteRefused(deps, request, refusedBy(proof));
    return false;
  }
  // the proof is spent: the new session reaches the browser even where ending the old one fails
  response.append('set-cookie', identity.sessions.cookie.set(signed.cookieValue));
  const way = keptWay(publicUrl, proof);
  if (way !== null) response.append('set-cookie', way);
  const asker = askerCookie(publicUrl);
  if (asker.read(request.headers.cookie) !== undefined) response.append('set-cookie', asker.clear());
  const back = next ?? wayBack.kept(request) ?? '/';
  const isWhole = signed.session.lacks === null;
  if (isWhole) wayBack.forget(response);
  else wayBack.keep(response, back);
  await endSession(identity, request);
  const home = isProposed(publicUrl, request, signed.session) ? AFTER_SIGN_IN : '/';
  response.redirect(303, isWhole ? (back === '/' ? home : back) : FACTOR_PATH);
  return true;
}

/** Why somebody was not signed in, for the audit and the event stream. */
export function noteRefused(
  { identity, networkOf }: Pick<SignInDeps, 'identity' | 'networkOf'>,
  request: Request,
  { reason, account = null, provider = null }: Pick<RefusedSignIn, 'reason'> & Partial<RefusedSignIn>,
): void {
  identity.refusedSignIns.note({ reason, account, provider, network: networkOf(request) });
}

function refusedBy(proof: SignInProof): Pick<RefusedSignIn, 'reason'> & Partial<RefusedSignIn> {
  switch (proof.kind) {
    case 'sign_in_link':
    case 'enrolment':
    case 'mailed_link':
      return { reason: 'link_not_good' };
    case 'mailed_number':
      return { reason: 'number_wrong' };
    case 'credential':
      return { reason: 'disabled', provider: proof.facts.provider };
    case 'passkey':
      return { reason: 'passkey_refused', account: proof.account };
    case 'totp':
    case 'recovery_code':
      return { reason: 'second_factor_wrong', account: proof.account };
  }
}

/** The session of before, if any: a browser has one, and a left-behind one would live on unseen. */
export async function endSession(identity: Identity, request: Request): Promise<void> {
  const cookieValue = identity.sessions.cookie.read(request.headers.cookie);
  if (cookieValue !== undefined) await identity.sessions.end(cookieValue);
}

export function nextOf(request: Request): string | null {
  return localPath(request.query['next']);
}
