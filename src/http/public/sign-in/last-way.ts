/**
 * The way by which this browser signed in last, so that it is offered first. A cookie that names a way and nobody: it opens nothing,
 * and what it says is one of the ways that are offered, or is passed over.
 */
import type { Request } from 'express';
import { hostCookie, type HostCookie } from '../../../base/net/host-cookie.js';
import type { SignInProof } from '../../../contract/identity-ledger.js';

/** `with-…`: a provider by its name in `sites.toml`. */
export type Way = 'mail' | 'passkey' | `with-${string}`;

const MAX_AGE_SECONDS = 180 * 86_400;

function wayCookie(publicUrl: string): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-way', maxAgeSeconds: MAX_AGE_SECONDS });
}

/** As the browser says: whoever orders by it compares it with what there is. */
export function lastWay(publicUrl: string, request: Request): string | null {
  return wayCookie(publicUrl).read(request.headers.cookie) ?? null;
}

/** A `Set-Cookie` value. Null: it was by something that nobody chooses on the page, as an operator's link is. */
export function keptWay(publicUrl: string, proof: SignInProof): string | null {
  const way = wayOf(proof);
  return way === null ? null : wayCookie(publicUrl).set(way);
}

function wayOf(proof: SignInProof): Way | null {
  switch (proof.kind) {
    case 'mailed_link':
    case 'mailed_number':
      return 'mail';
    case 'passkey':
      return 'passkey';
    case 'credential':
      return `with-${proof.facts.provider}`;
    case 'sign_in_link':
    case 'enrolment':
    case 'totp':
    case 'recovery_code':
      return null;
  }
}
