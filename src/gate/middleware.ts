/**
 * `authGate()`: the gate for Node applications without a proxy. Put it first. It asks a running gate plane for every
 * request, as a proxy would, and lets nothing through that the gate did not say yes to. The gate must trust this
 * application's address (`TRUSTED_PROXIES`), since it is told the visitor's address by it.
 */
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { RESERVED } from './visitor/return-path.js';

export interface AuthGateOptions {
  /** The gate plane, plain http on a private address: `http://127.0.0.1:8081`. */
  readonly gateUrl: string;
  /** How long the gate may take for a yes or a no; after it the answer is no. */
  readonly timeoutMs?: number;
}

/** Fits Express, Connect and a bare node:http handler. */
export type AuthGate = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const DEFAULT_TIMEOUT_MS = 3_000;
const YES = 204;
const NO = 403;
/** What the gate says of a visitor, and nobody else may; an underscore twin is the same header to some frameworks. */
const IDENTITY = /^x[-_]gate[-_]/i;
const FORWARDED = /^(?:x[-_]forwarded[-_]|x[-_]real[-_]ip$|forwarded$)/i;
/** RFC 9110, section 7.6.1: for one connection alone. */
const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|content-length|expect)$/i;

export function authGate(options: AuthGateOptions): AuthGate {
  const gate = new URL(options.gateUrl);
  if (gate.protocol !== 'http:')
    throw new Error('gateUrl is a plain http URL: the gate plane lies on a private address');
  const agent = new Agent({ keepAlive: true });
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return (request, response, next) => {
    dropIdentity(request);
    const isOurs = pathOf(request).startsWith(RESERVED);
    const asked = httpRequest({
      hostname: gate.hostname.replace(/^\[|\]$/g, ''),
      port: gate.port === '' ? 80 : gate.port,
      path: isOurs ? pathOf(request) : '/auth/forward',
      method: isOurs && request.method !== 'GET' ? 'HEAD' : 'GET',
      agent,
      headers: question(request),
    });
    const late = setTimeout(() => asked.destroy(), timeoutMs);
    asked.on('response', (answer) => {
      clearTimeout(late);
      if (isOurs) return relay(answer, response);
      if (answer.statusCode === NO) return relay(answer, response);
      answer.resume();
      if (answer.statusCode !== YES) return refuse(response);
      takeIdentity(request, answer);
      next();
    });
    asked.on('error', () => {
      clearTimeout(late);
      refuse(response);
    });
    response.on('close', () => {
      if (isOurs) asked.destroy();
    });
    asked.end();
  };
}

/** Under Express a mounted middleware sees a shortened `url`; the whole one is kept beside it. */
function pathOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}

function question(request: IncomingMessage): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !HOP_BY_HOP.test(name) && !FORWARDED.test(name)) kept[name] = value;
  return {
    ...kept,
    'x-forwarded-for': request.socket.remoteAddress ?? 'unknown',
    'x-forwarded-host': request.headers.host ?? '',
    'x-forwarded-method': request.method ?? 'GET',
    'x-forwarded-uri': pathOf(request),
  };
}

/** Gone from every form node:http offers them in, before anybody reads one. */
function dropIdentity(request: IncomingMessage): void {
  // read first: both are made from the raw lines when somebody first asks for them
  for (const headers of [request.headers, request.headersDistinct])
    for (const name of Object.keys(headers)) if (IDENTITY.test(name)) Reflect.deleteProperty(headers, name);
  const raw = request.rawHeaders;
  for (let at = raw.length - 2; at >= 0; at -= 2) if (IDENTITY.test(raw[at] ?? '')) raw.splice(at, 2);
}

function takeIdentity(request: IncomingMessage, answer: IncomingMessage): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!IDENTITY.test(name) || typeof value !== 'string') continue;
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
    request.rawHeaders.push(name, value);
  }
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(
    ([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/.test(name),
  );
  response.writeHead(answer.statusCode ?? NO, Object.fromEntries(headers));
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function refuse(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '15' };
  response.writeHead(503, headers).end('The gate does not answer, so nobody is let in.\n');
}
