/**
 * `authGate()`: the gate for Node applications without a proxy. Put it first. It asks a running gate plane for every
 * request, as a proxy would, and lets nothing through that the gate did not say yes to. The gate must trust this
 * application's address (`TRUSTED_PROXIES`), since it is told the visitor's address by it.
 */
import { Agent, type IncomingMessage, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import { askingOf, targetOf } from './asking.js';
import { dropOwnCookies } from './cookies.js';
import { dropHops } from './hops.js';
import { dropIdentity, takeIdentity } from './identity.js';
import { guardAll, guardUpgrades } from './server-guard.js';

export interface AuthGateOptions {
  /** The gate plane, plain http on a private address: `http://127.0.0.1:8081`. */
  readonly gateUrl: string;
  /**
   * The site that this application is, by one of its `domains` in sites.toml. Without it the gate answers only where it has one
   * site, or where sites.toml allows checks that name none.
   */
  readonly site?: string;
  /** How long the gate may take for a yes or a no; after it the answer is no. */
  readonly timeoutMs?: number;
}

/** Fits Express, Connect and a bare node:http handler. */
export interface AuthGate {
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  /**
   * Guards all that comes in through a server by one call: requests and WebSocket upgrades, whoever listens to them. Upgrades to
   * other protocols are refused, and so is CONNECT.
   */
  guard(server: Server): void;
  /** Guards the upgrades alone, for an application that has the middleware: `app.use(gate); gate.upgrade(server)`. */
  upgrade(server: Server): void;
}

const DEFAULT_TIMEOUT_MS = 3_000;
const YES = 204;
const NO = 403;

export function authGate(options: AuthGateOptions): AuthGate {
  const gate = new URL(options.gateUrl);
  if (gate.protocol !== 'http:')
    throw new Error('gateUrl is a plain http URL: the gate plane lies on a private address');
  const agent = new Agent({ keepAlive: true });
  const target = { ...targetOf(gate), agent };
  const named = options.site === undefined ? '' : `/site/${encodeURIComponent(options.site)}`;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  /** Judged already, by `guard` before the middleware. */
  const passed = new WeakSet<IncomingMessage>();

  const middleware = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (passed.has(request)) return next();
    const { kind, path, method, headers } = askingOf(request, named);
    dropIdentity(request);
    dropHops(request);
    dropOwnCookies(request);
    if (kind === 'nothing') return notFound(response);
    if (kind === 'not_allowed') return notAllowed(response);
    const asked = httpRequest({ ...target, path, method, headers });
    const late = setTimeout(() => asked.destroy(), timeoutMs);
    // a visitor who leaves ends his stream, or nobody waits for the answer any more
    const left = (): void => void asked.destroy();
    response.once('close', left);
    asked.on('response', (answer) => {
      clearTimeout(late);
      if (kind === 'page' || answer.statusCode === NO) return relay(answer, response);
      response.off('close', left);
      answer.resume();
      if (answer.statusCode !== YES) return refuse(response);
      takeIdentity(request, answer);
      passed.add(request);
      next();
    });
    asked.on('error', () => {
      clearTimeout(late);
      refuse(response);
    });
    asked.end();
  };
  return Object.assign(middleware, {
    guard: (server: Server): void => guardAll(server, middleware),
    upgrade: (server: Server): void => guardUpgrades(server, middleware),
  });
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(
    ([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/.test(name),
  );
  response.writeHead(answer.statusCode ?? NO, Object.fromEntries(headers));
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

function refuse(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(503, { ...PLAIN, 'retry-after': '15' }).end('The gate does not answer, so nobody is let in.\n');
}

function notAllowed(response: ServerResponse): void {
  response.writeHead(405, { ...PLAIN, allow: 'GET, HEAD' }).end('Only GET and HEAD.\n');
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, PLAIN).end('Not found.\n');
}
