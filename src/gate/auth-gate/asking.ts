/** What `authGate()` asks the gate of a request: where, and with which of its headers. */
import { RESERVED } from '../../approval/reserved-paths.js';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { peerOf } from '../../base/net/peer.js';
import { ownCookies } from './cookies.js';

/**
 * Where a question goes. `page`: one of the gate's own, whose answer is the visitor's. `nothing` and `not_allowed`: answered
 * without asking, as no page of the gate and as a method that none of its pages takes.
 */
export interface Asking {
  readonly kind: 'check' | 'page' | 'nothing' | 'not_allowed';
  readonly path: string;
  readonly method: 'GET' | 'HEAD';
  readonly headers: Record<string, string | string[]>;
}

/** What the gate reads of a visitor's request, beside its own cookies, and nothing else of it. */
const READ = [
  'user-agent',
  'accept',
  'accept-language',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-purpose',
  'purpose',
  'x-purpose',
  'x-moz',
  'x-requested-with',
  'authorization',
  'x-gate-token',
];
/** A page of the gate: no dot segments and nothing encoded, so that no spelling of a path leads elsewhere on the gate. */
const PAGE = /^\/\.koder-gate(?:\/[\w-][\w.-]*)+$/;
/** RFC 9112, section 3.2.2: the absolute form of a request target. */
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** `named`: `/site/<name>`, or empty for a check that names no site. */
export function askingOf(request: IncomingMessage, named: string): Asking {
  const target = targetIn(request);
  const uri = originFormOf(target);
  const path = uri.split('?', 1)[0] ?? '/';
  // as it was sent: what the application takes for the path of an absolute form is for nobody here to guess
  const headers = headersOf(request, target);
  if (!path.startsWith(RESERVED)) return { kind: 'check', path: `${named}/auth/forward`, method: 'GET', headers };
  const page = { path: named + uri, headers };
  if (!PAGE.test(path)) return { kind: 'nothing', method: 'GET', ...page };
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'not_allowed', method: 'GET', ...page };
  return { kind: 'page', method, ...page };
}

/** The gate plane's address for `request()`. */
export function targetOf(gate: URL): Pick<RequestOptions, 'hostname' | 'port'> {
  return { hostname: gate.hostname.replace(/^\[|\]$/g, ''), port: gate.port === '' ? 80 : gate.port };
}

/** Under Express a mounted middleware sees a shortened `url`; the whole one is kept beside it. */
function targetIn(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}

/** Path and query. */
function originFormOf(target: string): string {
  const uri = target.replace(ABSOLUTE, '');
  return uri.startsWith('/') ? uri : `/${uri}`;
}

function headersOf(request: IncomingMessage, uri: string): Record<string, string | string[]> {
  const said: Record<string, string | string[]> = {};
  for (const name of READ) {
    // every line of it: the gate refuses two that disagree, and must see both
    const lines = request.headersDistinct[name];
    if (lines !== undefined) said[name] = lines;
  }
  const host = request.headersDistinct['host']?.join(',') ?? '';
  const cookie = ownCookies(request);
  return {
    ...said,
    ...(cookie === undefined ? {} : { cookie }),
    host,
    'x-forwarded-for': peerOf(request.socket) ?? 'unknown',
    'x-forwarded-host': host,
    'x-forwarded-method': request.method ?? 'GET',
    'x-forwarded-uri': uri,
  };
}
