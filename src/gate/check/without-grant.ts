/** What may pass although its address has no grant: an open path of the site, a token for it, or whoever somebody is (passage.ts). */
import type { IncomingMessage } from 'node:http';
import { openPathFor, type OpenPath } from '../../approval/open-path.js';
import type { SignedInHere } from '../../contract/handed-out-here.js';
import type { Question } from './asked.js';
import type { CheckHeaders } from './check-headers.js';
import { askedFor } from './question.js';
import type { SiteEntry } from './site-entry.js';
import type { FoundToken, TokenCache } from './tokens/token-cache.js';
import { presentedToken } from './tokens/presented.js';

/** Why somebody without a grant passes. */
export type Without =
  | { readonly kind: 'open_path'; readonly path: OpenPath }
  | { readonly kind: 'token'; readonly token: FoundToken }
  /** `hash`: of what names this session in the browser. */
  | { readonly kind: 'passage'; readonly person: SignedInHere; readonly hash: string };

/** `wrong_token`: a program that shows a token which opens nothing here; nobody is asked for it. */
export type NoGrant =
  Exclude<Without, { readonly kind: 'passage' }> | { readonly kind: 'nothing' } | { readonly kind: 'wrong_token' };

export interface Asking {
  readonly request: IncomingMessage;
  readonly question: Question;
  /** Whether the proxy that asks is a trusted one. */
  readonly isTrusted: boolean;
  readonly headers: CheckHeaders;
  /** Whether `Authorization` holds a token of ours. */
  readonly isBearerOurs: boolean;
}

const NOTHING: NoGrant = { kind: 'nothing' };
const WRONG_TOKEN: NoGrant = { kind: 'wrong_token' };

export function withoutGrant({ site }: SiteEntry, asking: Asking, tokens: Pick<TokenCache, 'find'>): NoGrant {
  const { request, isBearerOurs } = asking;
  const path = site.openPaths.length === 0 ? null : openPathFor(site.openPaths, askedFor(request, asking));
  if (path !== null) return { kind: 'open_path', path };
  const presented = presentedToken(request.rawHeaders, isBearerOurs);
  if (presented.kind === 'none') return NOTHING;
  const token = presented.kind === 'token' ? tokens.find(presented.token, site) : null;
  return token === null ? WRONG_TOKEN : { kind: 'token', token };
}
