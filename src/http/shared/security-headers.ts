/** Headers for every answer of a plane with pages. A mount that needs more sets its own over them. */
import type { RequestHandler } from 'express';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  // few files: one shows times in the reader's own time, two ask the browser for a passkey
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-frame-options': 'DENY',
  // Not `no-referrer`: under it browsers send `Origin: null` with a form's POST (Fetch, "append a request Origin
  // header"), and no decision could be told from a foreign one. `same-origin` sends nothing to anybody else, so that
  // the token in the path does not leave, and our own forms say who they are.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** One year, this host alone: sibling hosts are not ours to bind. */
const STRICT_TRANSPORT = 'max-age=31536000';

export function securityHeaders(publicUrl: string): RequestHandler {
  const isHttps = publicUrl.startsWith('https:');
  return (_request, response, next) => {
    response.set(HEADERS);
    if (isHttps) response.set('strict-transport-security', STRICT_TRANSPORT);
    next();
  };
}
