/** The site token that a request shows: `X-Gate-Token: <token>` or `Authorization: Bearer <token>`. */
import { singleHeader, type RawHeaders } from '../../../base/net/raw-headers.js';
import { isSiteToken } from './site-token.js';

/** `none`: no token of ours is shown. `wrong`: one is, but not one that could be right, or two that differ. */
export type Presented = { readonly kind: 'none' | 'wrong' } | { readonly kind: 'token'; readonly token: string };

const NONE: Presented = { kind: 'none' };
const WRONG: Presented = { kind: 'wrong' };
const BEARER = /^Bearer +(\S+)$/i;

/** `isBearerOurs`: whether `Authorization` holds a token of ours, right or not. */
export function presentedToken(raw: RawHeaders, isBearerOurs: boolean): Presented {
  const own = singleHeader(raw, 'x-gate-token');
  const bearer = isBearerOurs ? bearerIn(raw) : undefined;
  // a header of our own name is for us, whatever it holds; some proxies send it empty
  const isShown = own !== undefined && own !== '';
  if (!isShown && bearer === undefined) return NONE;
  if (isShown && bearer !== undefined && own !== bearer) return WRONG;
  const token = isShown ? own : bearer;
  return typeof token === 'string' && isSiteToken(token) ? { kind: 'token', token } : WRONG;
}

/** Null: ours, but not in a form that could be right. */
function bearerIn(raw: RawHeaders): string | null {
  return BEARER.exec(singleHeader(raw, 'authorization') ?? '')?.[1] ?? null;
}
